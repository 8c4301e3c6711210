namespace Ctm.Engine.Training;

/// <summary>
/// Linear warm-up from 1e-20, then half a cosine down to 1e-7 at the last step; past it the rate climbs back to the base as it came, and so
/// on. The base is reached one step before the end of warm-up and held for that one.
/// </summary>
/// <remarks>
/// Without warm-up the reference's recursion starts from 1e-20 and so stays below 1e-7 until the last step. That is kept, since
/// its runs are to be repeated; whoever sets up a run is told.
/// </remarks>
/// <param name="baseRate">The highest rate.</param>
/// <param name="warmUp">Steps of warm-up.</param>
/// <param name="steps">Steps in all; up to the end of warm-up for a rate that stays at its base.</param>
public sealed class CosineSchedule(double baseRate, long warmUp, long steps) : LearningRateSchedule
{
    private const double Start = 1e-20;

    /// <summary>The rate at the last step.</summary>
    public const double Lowest = 1e-7;

    private protected override double Next(long step, double before)
    {
        long period = steps - warmUp;
        if (step == 0)
        {
            return Start;
        }

        if (step < warmUp)
        {
            return before + ((baseRate - Start) / (warmUp - 1));
        }

        if (step == warmUp || period <= 0)
        {
            return baseRate;
        }

        if ((step - 1 - steps) % (2 * period) == 0)
        {
            // The bottom: the ratio below would be 0 / 0.
            return before + ((baseRate - Lowest) * (1 - Math.Cos(Math.PI / period)) / 2);
        }

        double above = 1 + Math.Cos(Math.PI * (step - warmUp) / period), below = 1 + Math.Cos(Math.PI * (step - warmUp - 1) / period);
        return (above / below * (before - Lowest)) + Lowest;
    }
}
