using Ctm.Engine.Training;

namespace Ctm.Tasks.Runs;

/// <summary>Checks of the settings that all tasks train by.</summary>
public static class TrainingSettings
{
    /// <summary>Checks them before anything is made from them.</summary>
    /// <exception cref="TaskSettingException">When a setting is out of range, or two do not go together.</exception>
    public static void Check(TrainingOptions options)
    {
        AtLeast("steps", options.Steps, 1);
        AtLeast("warm_up", options.WarmUp, 0);
        AtLeast("report_every", options.ReportEvery, 0);
        AtLeast("evaluate_every", options.EvaluateEvery, 0);
        AtLeast("save_every", options.SaveEvery, 0);
        AtLeast("checkpoint_ticks", options.CheckpointTicks, 0);
        AtLeast("quantile_clip_window", options.QuantileClipWindow, 1);
        Require(options.LearningRate > 0, $"learning_rate is {options.LearningRate}, it must be above 0");
        Require(options.WeightDecay >= 0, $"weight_decay is {options.WeightDecay}, it must be 0 or more");
        Require(options.Momentum is >= 0 and < 1, $"momentum is {options.Momentum}, it must be from 0 to below 1");
        Require(options.MuonMomentum is >= 0 and < 1, $"muon_momentum is {options.MuonMomentum}, it must be from 0 to below 1");
        Within("muon_iterations", options.MuonIterations, 1, 20);
        Require(options.MuonRate > 0, $"muon_rate is {options.MuonRate}, it must be above 0");
        Require(options.Gamma > 0, $"gamma is {options.Gamma}, it must be above 0");
        Require(options.QuantileClip is >= 0 and <= 1, $"quantile_clip is {options.QuantileClip}, it must be between 0 and 1");
        Require(
            options.QuantileClip == 0 || options.GradientNorm <= 0,
            $"gradient_norm is {options.GradientNorm} and quantile_clip {options.QuantileClip}: one of them must be 0");
        const int largest = TrainingOptions.LargestLossScale;
        Require(
            options.LossScale is 0 or (>= 1 and <= largest) && double.IsPow2(Math.Max(1, options.LossScale)),
            $"loss_scale is {options.LossScale}, it must be a power of two up to {largest}, or 0 for what the precision needs");
        foreach (long milestone in options.Milestones)
        {
            Require(milestone >= 0, $"milestones has {milestone}, a milestone must be 0 or more");
        }

        Require(
            options.SchedulerType != SchedulerType.Multistep || options.Milestones.Count > 0,
            $"milestones are none, and scheduler_type multistep needs some, such as milestones=8000,15000,20000");
        Require(
            options.SchedulerType != SchedulerType.Linear || options.WarmUp == 0,
            $"warm_up is {options.WarmUp}, it must be 0 for scheduler_type linear");
        Require(
            options.SchedulerType != SchedulerType.Cosine || options.WarmUp > 0,
            $"warm_up is 0, and the cosine schedule then stays below {CosineSchedule.Lowest}: it must be 1 or more, or scheduler_type none");
    }

    /// <summary>Checks the weight of all ticks' mean loss.</summary>
    internal static void EveryTick(float weight) => Require(
        weight >= 0 && float.IsFinite(weight), $"every_tick_loss is {weight}, it must be 0 or more");

    internal static void AtLeast(string key, long value, long least) =>
        Require(value >= least, $"{key} is {value}, it must be {least} or more");

    internal static void Within(string key, long value, long least, long most) =>
        Require(value >= least && value <= most, $"{key} is {value}, it must be from {least} to {most}");

    internal static void Require(bool holds, FormattableString message)
    {
        if (!holds)
        {
            throw new TaskSettingException(FormattableString.Invariant(message) + ".");
        }
    }
}
