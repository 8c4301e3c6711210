namespace Ctm.Benchmarks.Comparison;

/// <summary>What a comparison found; the JSON file.</summary>
internal sealed record ComparisonFigures
{
    public required string Config { get; init; }

    public required int Ticks { get; init; }

    public required int Batch { get; init; }

    /// <summary>What the engine ran on.</summary>
    public required string Device { get; init; }

    public required int Threads { get; init; }

    /// <summary>Ticks between checkpoints of the engine; 0 for none.</summary>
    public int CheckpointTicks { get; init; }

    /// <summary>Rounds that were measured.</summary>
    public required int Rounds { get; init; }

    public required double FmaPeakGflops { get; init; }

    public required double BandwidthGbs { get; init; }

    public required SideFigures Engine { get; init; }

    public required IReadOnlyList<SideFigures> Peers { get; init; }

    /// <summary>Largest difference between predictions of the engine and of a peer; null without peers.</summary>
    public double? MaxDifference { get; init; }

    /// <summary>Launches of the engine's step by kernel; null unless asked for.</summary>
    public IReadOnlyList<ProfileLine>? Profile { get; init; }
}

/// <summary>One side; times are medians, those of training null for peers that only answer.</summary>
internal sealed record SideFigures
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public double? ForwardMs { get; init; }

    public double? BackwardMs { get; init; }

    public double? OptimizerMs { get; init; }

    public double? StepMs { get; init; }

    public required double InferenceMs { get; init; }

    /// <summary>Processor time of a step, all threads; other work on the machine disturbs it less than the time of the clock.</summary>
    public double? StepCpuMs { get; init; }

    /// <summary>Processor time of an inference, all threads.</summary>
    public required double InferenceCpuMs { get; init; }

    /// <summary>Lower and upper quartile of each time.</summary>
    public required IReadOnlyDictionary<string, double[]> Quartiles { get; init; }

    /// <summary>The shortest of each time, which other work on the machine disturbed least.</summary>
    public required IReadOnlyDictionary<string, double> Least { get; init; }

    /// <summary>What a step takes beyond the loaded program, in a process of its own; null where that cannot be read.</summary>
    public double? PeakMb { get; init; }

    /// <summary>Operations of a step that the model asks for.</summary>
    public double? Flops { get; init; }

    /// <summary>Bytes that a step must move.</summary>
    public double? Bytes { get; init; }

    /// <summary>The least time that a step can take at the measured peak and bandwidth.</summary>
    public double? FloorMs { get; init; }

    /// <summary>The floor divided by the step.</summary>
    public double? FloorFraction { get; init; }

    /// <summary>Step time of this peer divided by the engine's.</summary>
    public double? Ratio { get; init; }

    /// <summary>Inference time of this peer divided by the engine's.</summary>
    public double? InferenceRatio { get; init; }

    /// <summary>Memory of this peer divided by the engine's.</summary>
    public double? MemoryRatio { get; init; }

    /// <summary>Largest difference of the predictions from the engine's.</summary>
    public double? MaxDifference { get; init; }

    /// <summary>Largest difference of a gradient from the engine's, by the largest gradient of that parameter.</summary>
    public double? GradientDifference { get; init; }

    /// <summary>The figures of a side's times.</summary>
    public static SideFigures Of(SideTimes times)
    {
        var quartiles = new Dictionary<string, double[]>();
        var least = new Dictionary<string, double>();
        double? Note(string name, Spread? spread)
        {
            if (spread is { } s)
            {
                quartiles[name] = [s.Lower, s.Upper];
                least[name] = s.Least;
            }

            return spread?.Median;
        }

        return new SideFigures
        {
            Name = times.Side.Name,
            Version = times.Side.Version,
            ForwardMs = Note("forward_ms", times.Forward),
            BackwardMs = Note("backward_ms", times.Backward),
            OptimizerMs = Note("optimizer_ms", times.Optimizer),
            StepMs = Note("step_ms", times.Step),
            InferenceMs = Note("inference_ms", times.Inference)!.Value,
            StepCpuMs = Note("step_cpu_ms", times.StepCpu),
            InferenceCpuMs = Note("inference_cpu_ms", times.InferenceCpu)!.Value,
            Quartiles = quartiles,
            Least = least,
        };
    }
}

/// <summary>Launches of one kernel in one step.</summary>
/// <param name="Phase">Forward, backward or optimizer.</param>
/// <param name="Family">The kernel's family.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Launches">Number of launches.</param>
/// <param name="Ms">Time of all.</param>
/// <param name="BestMs">Number of launches times the fastest: what all would take on a machine without other work.</param>
/// <param name="BestGflops">Rate of the fastest, for matrix products.</param>
internal sealed record ProfileLine(
    string Phase, string Family, string Kernel, double Launches, double Ms, double BestMs, double? BestGflops);
