namespace Ctm.Kernels.Reductions;

/// <summary>
/// How a sum over the rows of a matrix is cut: into chunks of rows, and blocks of columns that workers take one by one.
/// It follows from the shape alone, so that the order of summation depends neither on the device nor on the threads.
/// </summary>
internal readonly struct ColumnChunks
{
    /// <summary>Columns of a block: one vector of four for each thread of a device's group.</summary>
    public const int BlockColumns = 256;

    /// <summary>Up to this many rows one chunk does, and no second launch is needed.</summary>
    public const int RowsAtOnce = 64;

    private const int LeastRows = 32;
    private const int MostItems = 256;
    private const int LeastChunks = 8;

    public ColumnChunks(int rows, int width)
    {
        Blocks = (width + BlockColumns - 1) / BlockColumns;
        if (rows <= RowsAtOnce)
        {
            RowsPerChunk = Math.Max(1, rows);
            Count = 1;
        }
        else
        {
            int most = Math.Max(LeastChunks, MostItems / Math.Max(1, Blocks));
            RowsPerChunk = Math.Max(LeastRows, (rows + most - 1) / most);
            Count = (rows + RowsPerChunk - 1) / RowsPerChunk;
        }

        Work = RowsPerChunk * Math.Min(width, BlockColumns);
    }

    /// <summary>Blocks of columns.</summary>
    public int Blocks { get; }

    /// <summary>Rows of every chunk but the last.</summary>
    public int RowsPerChunk { get; }

    /// <summary>Chunks of rows, at least 1.</summary>
    public int Count { get; }

    /// <summary>Pieces of work: item = chunk * Blocks + block.</summary>
    public int Items => Count * Blocks;

    /// <summary>Elements of one item.</summary>
    public int Work { get; }
}
