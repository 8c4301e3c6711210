using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>How the host cuts a product: sizes that keep a block of A and a panel of B in the second-level cache.</summary>
internal static class HostBlocks
{
    /// <summary>Steps along k between two visits of C. Part of the order of summation, so it never depends on the machine.</summary>
    public const int Depth = 512;

    /// <summary>Steps of a transposed A that are brought into tiles at a time: whole depths, so the order of summation stays.</summary>
    public const int TiledSteps = 4 * Depth;

    /// <summary>Floating-point operations below which one thread does all.</summary>
    public const double WorthAThread = 400_000;

    /// <summary>Panels of B in a block of C, at most.</summary>
    public const int PanelsInCache = 8;

    private const int RowsInCache = 256;

    /// <summary>Rows of a register tile.</summary>
    public static int TileHeight<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.Width >= 16 ? 8 : 4;

    /// <summary>Chooses blocks of C: as large as the cache takes, and enough of them to keep the threads even.</summary>
    public static void Plan(in MatrixProduct product, int panelWidth, int threads, out int rows, out int panels)
    {
        int allPanels = (product.N + panelWidth - 1) / panelWidth;
        rows = Math.Min(RowsInCache, (product.M + 7) / 8 * 8);
        panels = Math.Min(PanelsInCache, allPanels);
        int wanted = threads == 1 ? 1 : 6 * threads;
        while (Blocks(product.M, rows, allPanels, panels) < wanted && panels > 1)
        {
            panels = (panels + 1) / 2;
        }

        while (Blocks(product.M, rows, allPanels, panels) < wanted && rows > 32)
        {
            rows = Math.Max(32, rows / 2 / 8 * 8);
        }
    }

    /// <summary>Items that a thread takes at a time when an item moves this many floats.</summary>
    public static int Chunk(int items, int floats) => Math.Max(1, Math.Min(items, 8192 / Math.Max(1, floats)));

    private static int Blocks(int m, int rows, int allPanels, int panels) =>
        ((m + rows - 1) / rows) * ((allPanels + panels - 1) / panels);
}
