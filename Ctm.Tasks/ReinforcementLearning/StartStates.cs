using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>States that episodes start with.</summary>
internal static class StartStates
{
    /// <summary>Four values, each uniform in [-spread, spread].</summary>
    public static void Uniform(Span<double> state, Philox draw, double spread)
    {
        state[0] = Place(draw.X, spread);
        state[1] = Place(draw.Y, spread);
        state[2] = Place(draw.Z, spread);
        state[3] = Place(draw.W, spread);
    }

    private static double Place(uint word, double spread) => spread * ((2 * (word / (double)uint.MaxValue)) - 1);
}
