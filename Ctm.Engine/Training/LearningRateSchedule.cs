namespace Ctm.Engine.Training;

/// <summary>
/// The learning rate of each step: linear warm-up from 1e-20, then half a cosine down to 1e-7 at the last step
/// (utils/schedulers.py). The closed form of the reference's recursion; past the end it climbs again, as that does.
/// </summary>
/// <param name="Base">The highest rate.</param>
/// <param name="WarmUp">Steps of warm-up; the base rate is reached one step before its end. 0 or 1 for none.</param>
/// <param name="Steps">Steps in all.</param>
public sealed record LearningRateSchedule(double Base, long WarmUp, long Steps)
{
    private const double Start = 1e-20;
    private const double End = 1e-7;

    /// <summary>The rate used at a step, counted from 0.</summary>
    public double At(long step)
    {
        if (step < WarmUp)
        {
            return WarmUp == 1 ? Base : Start + ((Base - Start) * step / (WarmUp - 1));
        }

        double part = (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp);
        return End + ((Base - End) * (1 + Math.Cos(Math.PI * part)) / 2);
    }
}
