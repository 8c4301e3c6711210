namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The right-hand matrix B of a product on the host: packed as a whole beforehand, or as it is stored, and then each thread packs
/// the panels of a block, <see cref="HostBlocks.Depth"/> steps at a time, into a place of its own that stays in the caches.
/// </summary>
internal unsafe struct HostRightSide
{
    /// <summary>B, packed or as it is stored.</summary>
    public float* Values;

    /// <summary>The threads' places for the panels of a block, one behind the other; null where B is packed.</summary>
    public float* Places;

    /// <summary>Distance between stored rows, or, packed, steps of a panel.</summary>
    public int Row;

    /// <summary>Columns of B, and of a panel.</summary>
    public int Columns, Width;

    /// <summary>Stored [n, k].</summary>
    public bool Transposed;

    /// <summary>Number of panels.</summary>
    public readonly int Panels => (Columns + Width - 1) / Width;

    /// <summary>B without its first steps.</summary>
    public readonly HostRightSide From(int step)
    {
        HostRightSide rest = this;
        rest.Values += Places == null ? (nint)step * Width : Transposed ? step : (nint)step * Row;
        return rest;
    }

    /// <summary>Floats of a thread's place.</summary>
    public static int PlaceLength(int width) => HostBlocks.PanelsInCache * HostBlocks.Depth * width;

    /// <summary>Some steps of some panels, each [steps, width].</summary>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last; at most <see cref="HostBlocks.PanelsInCache"/> of them.</param>
    /// <param name="step">The first step.</param>
    /// <param name="steps">Number of steps, at most <see cref="HostBlocks.Depth"/>.</param>
    /// <param name="thread">The thread that asks.</param>
    /// <param name="distance">From one panel to the next.</param>
    /// <returns>The first panel.</returns>
    public readonly float* Bring(int firstPanel, int endPanel, int step, int steps, int thread, out nint distance)
    {
        if (Places == null)
        {
            distance = (nint)Row * Width;
            return Values + (firstPanel * distance) + ((nint)step * Width);
        }

        distance = (nint)steps * Width;
        float* place = Places + ((nint)thread * PlaceLength(Width));
        HostPacking.Panels(this, firstPanel, endPanel, step, steps, place);
        return place;
    }
}
