using System.Text.Json;
using Ctm.Engine.Training;

namespace Ctm.Tests.Golden;

/// <summary>The reference's training arguments as options.</summary>
internal static class GoldenTraining
{
    /// <summary>Reads them; what a file leaves out is the reference's default or not used by its schedule.</summary>
    public static TrainingOptions Options(JsonElement arguments) => new()
    {
        Steps = Number(arguments, "training_iterations", 1),
        LearningRate = arguments.GetProperty("lr").GetDouble(),
        WarmUp = arguments.GetProperty("warmup_steps").GetInt64(),
        SchedulerType = !arguments.GetProperty("use_scheduler").GetBoolean()
            ? SchedulerType.None
            : arguments.GetProperty("scheduler_type").GetString() == "cosine" ? SchedulerType.Cosine : SchedulerType.Multistep,
        Milestones = arguments.TryGetProperty("milestones", out JsonElement m) ? [.. m.EnumerateArray().Select(e => e.GetInt64())] : [],
        Gamma = arguments.TryGetProperty("gamma", out JsonElement gamma) ? gamma.GetDouble() : 1,
        WeightDecay = arguments.GetProperty("weight_decay").GetDouble(),
        WeightDecayExclusions = [.. arguments.GetProperty("weight_decay_exclusion_list").EnumerateArray().Select(e => e.GetString()!)],
        GradientNorm = arguments.TryGetProperty("gradient_clipping", out JsonElement clip) ? Math.Max(0, clip.GetDouble()) : 0,
        QuantileClip = arguments.TryGetProperty("quantile_clip", out JsonElement quantile) ? quantile.GetDouble() : 0,
        ReportEvery = 1,
        SaveEvery = 0,
    };

    private static long Number(JsonElement arguments, string name, long otherwise) =>
        arguments.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : otherwise;
}
