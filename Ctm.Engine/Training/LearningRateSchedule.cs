namespace Ctm.Engine.Training;

/// <summary>
/// The learning rate of each step (utils/schedulers.py). As there, a step's rate is formed from the one before, so that rounding agrees too;
/// a step is looked up by going forward from the latest one asked for, or from the first.
/// </summary>
public abstract class LearningRateSchedule
{
    private long latest = -1;
    private double rate;

    private protected LearningRateSchedule()
    {
    }

    /// <summary>The schedule that the options name.</summary>
    public static LearningRateSchedule Create(TrainingOptions options) => options.SchedulerType switch
    {
        SchedulerType.Cosine => new CosineSchedule(options.LearningRate, options.WarmUp, options.Steps),
        SchedulerType.Multistep => new MultistepSchedule(options.LearningRate, options.WarmUp, options.Milestones, options.Gamma),
        SchedulerType.Linear => new LinearSchedule(options.LearningRate, options.Steps),
        SchedulerType.None => new MultistepSchedule(options.LearningRate, options.WarmUp, [], 1),
        _ => throw new ArgumentException($"There is no schedule {options.SchedulerType}.", nameof(options)),
    };

    /// <summary>The rate used at a step, counted from 0.</summary>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < latest)
        {
            latest = -1;
        }

        while (latest < step)
        {
            latest++;
            rate = Next(latest, rate);
        }

        return rate;
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="before">The rate of the step before; without meaning at step 0.</param>
    private protected abstract double Next(long step, double before);
}
