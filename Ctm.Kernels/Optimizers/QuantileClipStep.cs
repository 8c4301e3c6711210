namespace Ctm.Kernels.Optimizers;

/// <summary>The numbers of one step of quantile clipping.</summary>
/// <param name="Quantile">The quantile, 0 to 1.</param>
/// <param name="Window">Steps that the history keeps, 1 or more.</param>
/// <param name="Step">The step, counted from 0.</param>
public readonly record struct QuantileClipStep(double Quantile, int Window, long Step)
{
    /// <summary>Floats of one tensor's history: the window, filled up to the widest lanes.</summary>
    public int HistoryLength => Whole(Window);

    /// <summary>Norms in the history before this step.</summary>
    internal int Count => (int)Math.Min(Step, Window);

    /// <summary>Norms that are read: with the infinite ones that fill up the last lanes.</summary>
    internal int ReadCount => Whole(Count);

    /// <summary>Where this step's norm goes: over the oldest one, once the window is full.</summary>
    internal int Position => (int)(Step % Window);

    /// <summary>Rank of the norm below the quantile, from 0.</summary>
    internal int Rank => (int)Math.Min(Place, Math.Max(0, Count - 1));

    /// <summary>Rank of the norm above the quantile.</summary>
    internal int NextRank => Math.Min(Rank + 1, Math.Max(0, Count - 1));

    /// <summary>Share of the norm above.</summary>
    internal float Weight => (float)(Place - Rank);

    private double Place => Quantile * Math.Max(0, Count - 1);

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Step);
        if (Quantile is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"The quantile is {Quantile}, it must be between 0 and 1.");
        }
    }

    private static int Whole(int count) => (count + ArenaLayout.Alignment - 1) / ArenaLayout.Alignment * ArenaLayout.Alignment;
}
