namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// How a device divides a product among thread groups: tiles of C of <see cref="Side"/> x <see cref="Side"/>, and k in
/// <see cref="Splits"/> parts, each summed by groups of its own into a partial C. It follows from the shape alone, so that the order of
/// summation is the same in every run and on every device whose groups hold the tile.
/// </summary>
/// <remarks>
/// Large tiles load least, and are taken where there is one for each multiprocessor and hardly a part of them lies outside C. Else
/// it is weighed what each way would take on an H100, in microseconds: 4 for a launch; then multiply-adds at the peak, tiles counted whole,
/// as far as the groups occupy the multiprocessors, or the loads of all groups' tiles from the second-level cache, whichever is more. Small
/// tiles need many groups; slices within a group make many threads of few tiles, and load two and four times as much; splitting
/// k makes groups without more loads, for partial sums and another launch. So slices take the products of a tick, and splits what has few
/// tiles and so long a k that a launch is little beside it.
/// </remarks>
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

    /// <summary>Groups of eight warps that such a GPU should have: one for each multiprocessor.</summary>
    public const int WantedWideGroups = 132;

    /// <summary>Fewer steps than this for a part, or for the slices of a group, would be spent on filling and storing the tile.</summary>
    public const int LeastSteps = 128;

    /// <summary>More parts than this cost more in partial sums than they bring.</summary>
    public const int MostSplits = 32;

    private const double LaunchMicroseconds = 4, MultiplyAddsPerMicrosecond = 30e6, LoadsPerMicrosecond = 1.4e6;

    /// <summary>The plan of a product.</summary>
    public static MatrixPlan Of(in MatrixProduct product)
    {
        int side = product.Side != 0 ? product.Side : HasLargeTiles(product) ? MatrixTile.LargeSide : MatrixTile.SmallSide;
        double best = Microseconds(product, side, 1);
        if (product.Side == 0 && side == MatrixTile.SmallSide && product.K >= LeastSteps)
        {
            foreach (int sliced in (ReadOnlySpan<int>)[MatrixTile.SlicedSide, MatrixTile.NarrowSide])
            {
                double time = Microseconds(product, sliced, 1);
                (side, best) = time < best ? (sliced, time) : (side, best);
            }
        }

        int splits = PartsOf(product);
        bool isSplit = splits > 1 && (product.Splits != 0 || Microseconds(product, MatrixTile.SmallSide, splits) < best);
        if (!isSplit)
        {
            return new MatrixPlan(side, 1, product.K);
        }

        const int depth = MatrixTile.LargeDepth;
        int steps = (product.K + (splits * depth) - 1) / (splits * depth) * depth;
        return new MatrixPlan(MatrixTile.SmallSide, (product.K + steps - 1) / steps, steps);
    }

    // A large tile does the work of four small ones, also where half of it is outside C.
    private static bool HasLargeTiles(in MatrixProduct product)
    {
        long small = Tiles(product, MatrixTile.SmallSide), large = Tiles(product, MatrixTile.LargeSide);
        return large >= WantedWideGroups && 4 * large * 8 <= small * 9;
    }

    // Parts that k would be split in. Only small tiles are split, and no products of a batch.
    private static int PartsOf(in MatrixProduct product)
    {
        if (product.Splits != 0 || product.Batch > 1 || product.Side is not (0 or MatrixTile.SmallSide))
        {
            return Math.Max(1, product.Splits);
        }

        long wanted = WantedGroups / Math.Max(1, Tiles(product, MatrixTile.SmallSide));
        return (int)Math.Min(Math.Min(wanted, product.K / LeastSteps), MostSplits);
    }

    private static double Microseconds(in MatrixProduct product, int side, int splits)
    {
        int depth = MatrixTile.Depth(side);
        double tiles = Tiles(product, side), steps = (product.K + depth - 1) / depth * (double)depth;
        double wanted = (double)WantedWideGroups * MatrixTile.Threads(MatrixTile.LargeSide) / MatrixTile.Threads(side);
        double arithmetic = tiles * side * side * steps / (MultiplyAddsPerMicrosecond * Math.Min(1, tiles * splits / wanted));
        double loads = tiles * 2 * side * steps / LoadsPerMicrosecond;
        double sums = splits == 1 ? 0 : LaunchMicroseconds + (2.0 * splits * product.M * product.N / LoadsPerMicrosecond);
        return LaunchMicroseconds + Math.Max(arithmetic, loads) + sums;
    }

    private static long Tiles(in MatrixProduct product, int side) =>
        Math.Max(1, product.Batch) * (long)((product.M + side - 1) / side) * ((product.N + side - 1) / side);
}
