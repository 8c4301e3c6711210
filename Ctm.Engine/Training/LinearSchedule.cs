namespace Ctm.Engine.Training;

/// <summary>
/// A straight line (tasks/rl/train.py): base (1 - (step - 1) / (steps - 1)). It begins a little above the base, and at the last step there
/// is one part of it left. One step alone has the base.
/// </summary>
/// <param name="baseRate">The rate at step 1, counted from 0.</param>
/// <param name="steps">Steps in all.</param>
public sealed class LinearSchedule(double baseRate, long steps) : LearningRateSchedule
{
    private protected override double Next(long step, double before) =>
        steps > 1 ? baseRate * (1 - ((step - 1.0) / (steps - 1))) : baseRate;
}
