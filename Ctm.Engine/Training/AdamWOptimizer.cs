using Ctm.Engine.Files;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Engine.Training;

/// <summary>AdamW over all parameters of a model in one launch, behind clipping to a global norm.</summary>
public sealed class AdamWOptimizer : IDisposable
{
    private readonly ParameterSet set;
    private readonly TrainingOptions options;
    private readonly DeviceBuffer<float> first, second, settings, norm, factor, partial;
    private long steps;

    /// <summary>Creates the moments.</summary>
    public AdamWOptimizer(ParameterSet set, TrainingOptions options)
    {
        this.set = set;
        this.options = options;
        ComputeDevice device = set.Device;
        first = device.Allocate<float>(set.Values.Length);
        second = device.Allocate<float>(set.Values.Length);
        device.Elementwise.Fill(first.View, 0f);
        device.Elementwise.Fill(second.View, 0f);
        settings = device.Allocate<float>(Settings().AsSpan());
        norm = device.Allocate<float>(1);
        factor = device.Allocate<float>(1);
        partial = device.Allocate<float>(set.Layout.ChunkCount);
        device.Elementwise.Fill(norm.View, 0f);
        device.Elementwise.Fill(factor.View, 1f);
    }

    /// <summary>Updates the parameters by their gradients.</summary>
    public void Step(double learningRate)
    {
        steps++;
        OptimizerKernels kernels = set.Device.Optimizers;
        double limit = options.GradientNorm > 0 ? options.GradientNorm : double.PositiveInfinity;
        kernels.GlobalNormClip(set.Gradients, partial.View, norm.View, factor.View, (float)limit, set.Layout);
        kernels.AdamW(
            set.Values,
            set.Gradients,
            first.View,
            second.View,
            settings.View,
            factor.View,
            AdamWStep.At(steps, learningRate, options.Beta1, options.Beta2, options.Epsilon),
            set.Layout);
        set.Touch();
    }

    /// <summary>Global norm of the latest gradient, before clipping; waits for the device.</summary>
    public double ReadNorm() => norm.View.ToArray()[0];

    /// <summary>The moments by parameter, and the number of steps.</summary>
    public StateDictionary Capture()
    {
        var state = new StateDictionary();
        state.Add("step", [], new[] { steps });
        foreach (Parameter p in set.Parameters)
        {
            long[] shape = [.. p.Shape.Select(d => (long)d)];
            state.Add(p.Name + ".exp_avg", shape, first.Slice(p.Offset, p.Length).ToArray());
            state.Add(p.Name + ".exp_avg_sq", shape, second.Slice(p.Offset, p.Length).ToArray());
        }

        return state;
    }

    /// <summary>Takes over captured moments.</summary>
    /// <exception cref="CheckpointMismatchException">When they are those of another model; nothing is changed then.</exception>
    public void Restore(StateDictionary state)
    {
        state.Match(Capture().Specs);
        steps = state["step"].Integers[0];
        foreach (Parameter p in set.Parameters)
        {
            first.Slice(p.Offset, p.Length).CopyFrom(state[p.Name + ".exp_avg"].Singles);
            second.Slice(p.Offset, p.Length).CopyFrom(state[p.Name + ".exp_avg_sq"].Singles);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable buffer in new IDisposable[] { first, second, settings, norm, factor, partial })
        {
            buffer.Dispose();
        }
    }

    private float[] Settings() =>
    [
        .. set.Parameters.SelectMany(p => new[]
        {
            options.WeightDecayExclusions.Any(part => p.Name.Contains(part, StringComparison.Ordinal)) ? 0f : (float)options.WeightDecay,
            p.Bounds.Low,
            p.Bounds.High,
        }),
    ];
}
