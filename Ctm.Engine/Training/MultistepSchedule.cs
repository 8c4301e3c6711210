namespace Ctm.Engine.Training;

/// <summary>
/// Linear warm-up from 0, whose end has the base rate, then a drop at every milestone. Without warm-up the reference's two schedulers
/// in a row act on a milestone one step late, and so does this.
/// </summary>
/// <param name="baseRate">The highest rate.</param>
/// <param name="warmUp">Steps of warm-up.</param>
/// <param name="milestones">Steps from which the rate is lower, counted from the start of the run; a repeated one counts twice.</param>
/// <param name="gamma">The factor of a drop.</param>
public sealed class MultistepSchedule(double baseRate, long warmUp, IReadOnlyList<long> milestones, double gamma) : LearningRateSchedule
{
    private protected override double Next(long step, double before)
    {
        if (step < warmUp)
        {
            return baseRate * ((double)step / warmUp);
        }

        if (step == warmUp)
        {
            // What warm-up has passed over is made up for.
            return warmUp == 0 ? baseRate : Drop(baseRate, milestones.Count(m => m <= step));
        }

        long reached = warmUp == 0 ? step - 1 : step;
        int drops = 0;
        for (int i = 0; i < milestones.Count; i++)
        {
            drops += milestones[i] == reached ? 1 : 0;
        }

        return Drop(before, drops);
    }

    private double Drop(double rate, int times) => times == 0 ? rate : rate * Math.Pow(gamma, times);
}
