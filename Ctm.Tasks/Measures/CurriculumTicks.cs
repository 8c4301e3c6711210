using Ctm.Engine.Files;

namespace Ctm.Tasks.Measures;

/// <summary>
/// How many ticks a training step has that grow with the curriculum: as many as positions count, and a few. Fewer ticks cost less, and
/// a model that has no more reads a position in each.
/// </summary>
/// <param name="ahead">Ticks beyond the mean number of positions that count.</param>
/// <param name="most">The most ticks.</param>
internal sealed class CurriculumTicks(int ahead, int most)
{
    private const string ReachName = "reach";

    // Every number of ticks has tensors of its own, so that few numbers need less memory than many.
    private const int Multiple = 4;
    private const float Kept = 0.95f;
    private float reach;

    /// <summary>Ticks of the next step.</summary>
    public int Count => Math.Min(most, ((int)MathF.Ceiling(reach) + ahead + Multiple - 1) / Multiple * Multiple);

    /// <summary>Takes in the positions that counted in a step; a running mean over some twenty steps decides.</summary>
    /// <param name="counted">Positions that counted, mean over the samples.</param>
    public void Add(double counted) => reach = (Kept * reach) + ((1 - Kept) * (float)counted);

    /// <summary>What the next steps depend on.</summary>
    public StateDictionary Capture()
    {
        var state = new StateDictionary();
        state.Add(ReachName, [1], [reach]);
        return state;
    }

    /// <summary>Takes over what was captured.</summary>
    /// <param name="state">What was captured.</param>
    /// <exception cref="CheckpointMismatchException">When it is of another task.</exception>
    public void Restore(StateDictionary state)
    {
        state.Match(Capture());
        reach = state[ReachName].Singles[0];
    }
}
