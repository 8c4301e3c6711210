namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// How a device divides a product among thread groups: tiles of C of <see cref="Side"/> x <see cref="Side"/>, and k in
/// <see cref="Splits"/> parts, each summed by groups of its own into a partial C. It follows from the shape alone, so that the order of
/// summation is the same on every device and in every run.
/// </summary>
/// <param name="Side">Rows and columns of a tile.</param>
/// <param name="Splits">Parts of k; 1 for a product in one launch.</param>
/// <param name="StepsPerSplit">Steps of every part but the last: a multiple of a tile's depth.</param>
internal readonly record struct MatrixPlan(int Side, int Splits, int StepsPerSplit)
{
    /// <summary>
    /// Groups that a large GPU should have: four of two warps for each of an H100's 132 multiprocessors. A smaller GPU has them after one
    /// another.
    /// </summary>
    public const int WantedGroups = 528;

    /// <summary>Large tiles that such a GPU should have: one group of eight warps for each multiprocessor.</summary>
    public const int WantedLargeTiles = 132;

    /// <summary>Fewer steps than this for a part would be spent on filling and storing the tile.</summary>
    public const int LeastSteps = 128;

    /// <summary>More parts than this cost more in partial sums than they bring.</summary>
    public const int MostSplits = 32;

    /// <summary>The plan of a product.</summary>
    public static MatrixPlan Of(in MatrixProduct product)
    {
        int batch = Math.Max(1, product.Batch);
        long small = batch * Tiles(product, MatrixTile.SmallSide), large = batch * Tiles(product, MatrixTile.LargeSide);

        // A large tile does the work of four small ones, also where half of it is outside C.
        bool isFilled = 4 * large * 8 <= small * 9;
        if (product.Side != 0 ? product.Side == MatrixTile.LargeSide : large >= WantedLargeTiles && isFilled)
        {
            return new MatrixPlan(MatrixTile.LargeSide, 1, product.K);
        }

        long wanted = batch > 1 ? 1 : Math.Min(Math.Min(WantedGroups / Math.Max(1, small), product.K / LeastSteps), MostSplits);
        int splits = product.Splits != 0 ? product.Splits : (int)wanted;
        if (splits <= 1)
        {
            return new MatrixPlan(MatrixTile.SmallSide, 1, product.K);
        }

        const int depth = MatrixTile.LargeDepth;
        int steps = (product.K + (splits * depth) - 1) / (splits * depth) * depth;
        return new MatrixPlan(MatrixTile.SmallSide, (product.K + steps - 1) / steps, steps);
    }

    private static long Tiles(in MatrixProduct product, int side) =>
        (long)((product.M + side - 1) / side) * ((product.N + side - 1) / side);
}
