namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// An operand's tile in shared memory: steps of k, each with the tile's places, which are rows of A or columns of B. Four floats of
/// padding behind every step keep threads that store along the steps out of each other's banks. Slices have no room for padding, but as
/// many steps as make it unneeded: there the vectors of each 32 floats, one bank for each, are permuted by the number of the step, in
/// fours.
/// </summary>
internal static class SharedTile<TTile>
    where TTile : struct, ITileForm
{
    /// <summary>Threads of a slice.</summary>
    public static int Team => TTile.Side * TTile.Side / 64;

    /// <summary>Threads of a group.</summary>
    public static int Threads => Team * TTile.Slices;

    /// <summary>Steps of a tile that one slice takes, one after another.</summary>
    public static int Steps => TTile.Side / 8;

    /// <summary>Steps of a tile.</summary>
    public static int Depth => Steps * TTile.Slices;

    /// <summary>Floats from one step to the next.</summary>
    public static int Pitch => TTile.Slices == 1 ? TTile.Side + 4 : TTile.Side;

    /// <summary>Floats of a tile.</summary>
    public static int Length => Depth * Pitch;

    /// <summary>The float of a step and a place.</summary>
    public static int At(int step, int place) => TTile.Slices == 1
        ? (step * Pitch) + place
        : ((step * TTile.Side) + place) ^ (4 * ((step >> 2) & 7));

    /// <summary>What <see cref="Vector"/> needs to know of a slice's first step.</summary>
    public static int Key(int slice) => TTile.Slices == 1 ? 0 : ((slice * Steps) >> 2) & 7;

    /// <summary>The vector of four places, counted from the slice's first step, that a step of the slice has for four places.</summary>
    /// <param name="step">The step, 0 to <see cref="Steps"/>, which never reaches into other four steps than the first.</param>
    /// <param name="places">The places, in fours.</param>
    /// <param name="key">From <see cref="Key"/>.</param>
    public static int Vector(int step, int places, int key)
    {
        int vectors = step * (Pitch / 4);
        return TTile.Slices == 1 ? vectors + places : (vectors & ~7) + (((vectors & 7) + places) ^ key);
    }
}
