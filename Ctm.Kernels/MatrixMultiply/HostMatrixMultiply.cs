using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// Multiplication on the host: B in panels of three lane vectors, a transposed A in tiles, C in blocks that threads share.
/// An element of C is summed in the same order whatever the threads do: blocks of <see cref="HostBlocks.Depth"/> along k.
/// </summary>
internal sealed unsafe class HostMatrixMultiply<TLanes>(HostDevice device) : MatrixMultiplyKernels
    where TLanes : unmanaged, ILanes<TLanes>
{
    private static int PanelWidth => 3 * TLanes.Width;

    public override void Multiply(
        DeviceView<float> a, DeviceView<float> b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        device.Profile?.Count(product);
        long bytes = (long)device.ThreadCount * HostRightSide.PlaceLength(PanelWidth) * sizeof(float);
        nint places = device.Pool.Rent(bytes);
        var right = new HostRightSide
        {
            Places = (float*)places,
            Row = product.RowB,
            Columns = product.N,
            Width = PanelWidth,
            Transposed = product.TransposeB,
        };
        for (int i = 0; i < Math.Max(1, product.Batch); i++)
        {
            right.Values = HostBuffer<float>.PointerOf(b) + ((nint)i * product.StrideB);
            One(a, right, c, product, bias, i);
        }

        device.Pool.Return(places, bytes);
    }

    public override void Multiply(
        DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        device.Profile?.Count(product);
        var right = new HostRightSide { Values = HostBuffer<float>.PointerOf(b.View), Row = b.K, Columns = b.N, Width = PanelWidth };
        for (int i = 0; i < Math.Max(1, product.Batch); i++)
        {
            One(a, right, c, product, bias, i);
        }
    }

    public override PackedMatrix AllocatePacked(int k, int n, StoragePrecision precision) =>
        new(device.Allocate<float>(checked((int)PackedLength(k, n))), k, n, precision);

    public override void Pack(DeviceView<float> b, PackedMatrix packed, bool transpose, int leading = 0)
    {
        int row = leading != 0 ? leading : transpose ? packed.K : packed.N;
        MatrixChecks.CheckPack(b, packed, transpose, row);
        PackB(HostBuffer<float>.PointerOf(b), HostBuffer<float>.PointerOf(packed.View), packed.K, packed.N, transpose, row);
        if (packed.Precision == StoragePrecision.Half)
        {
            device.Elementwise.RoundToHalf(packed.View, packed.View);
        }
    }

    private static long PackedLength(int k, int n) => Math.Max(1, (long)((n + PanelWidth - 1) / PanelWidth) * PanelWidth * k);

    private void PackB(float* from, float* to, int k, int n, bool transpose, int row)
    {
        device.Launches++;
        var right = new HostRightSide { Values = from, Row = row, Columns = n, Width = PanelWidth, Transposed = transpose };
        var pack = new HostPacking.PanelsOfB { Right = right, To = to, K = k };
        long start = device.Profile is null ? 0 : Stopwatch.GetTimestamp();
        device.Threads.Run(ref pack, right.Panels, HostBlocks.Chunk(right.Panels, k * PanelWidth));
        device.Profile?.AddProduct("pack", 0, n, k, start);
    }

    private void One(DeviceView<float> a, in HostRightSide b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias, int index)
    {
        if (product.M == 0 || product.N == 0)
        {
            return;
        }

        device.Launches++;
        long start = device.Profile is null ? 0 : Stopwatch.GetTimestamp();
        var work = new Work
        {
            A = (product.K == 0 ? null : HostBuffer<float>.PointerOf(a)) + ((nint)index * product.StrideA),
            B = b,
            C = HostBuffer<float>.PointerOf(c) + ((nint)index * product.StrideC),
            Bias = bias.IsAbsent ? null : HostBuffer<float>.PointerOf(bias),
            M = product.M,
            N = product.N,
            K = product.K,
            RowStride = product.RowA,
            StepStride = 1,
            RowC = product.RowC,
            Accumulate = product.Accumulate,
        };
        HostBlocks.Plan(product, PanelWidth, device.ThreadCount, out work.BlockRows, out work.BlockPanels);
        work.PanelBlocks = (b.Panels + work.BlockPanels - 1) / work.BlockPanels;
        if (product.TransposeA)
        {
            InParts(work, product);
        }
        else
        {
            Run(ref work);
        }

        device.Profile?.AddProduct(product.TransposeA ? "A^T B" : "A B", work.M, work.N, work.K, start);
    }

    // Tiles of a transposed A hold a part of k at a time: enough to be worth a visit of C, and no second copy of a large A.
    private void InParts(in Work whole, in MatrixProduct product)
    {
        int height = HostBlocks.TileHeight<TLanes>(), count = (product.M + height - 1) / height;
        int most = Math.Min(product.K, HostBlocks.TiledSteps);
        long bytes = (long)count * height * most * sizeof(float);
        nint tiles = device.Pool.Rent(bytes);
        int step = 0;
        do
        {
            Work part = whole;
            part.K = Math.Min(HostBlocks.TiledSteps, product.K - step);
            part.B = whole.B.From(step);
            part.A = (float*)tiles;
            part.RowStride = 1;
            part.StepStride = height;
            part.Tiled = true;
            if (step > 0)
            {
                part.Accumulate = true;
                part.Bias = null;
            }

            var pack = new HostPacking.TilesOfA
            {
                From = whole.A + ((nint)step * product.RowA),
                To = part.A,
                M = product.M,
                K = part.K,
                Row = product.RowA,
                Height = height,
            };
            device.Threads.Run(ref pack, count, HostBlocks.Chunk(count, height * part.K));
            Run(ref part);
            step += HostBlocks.TiledSteps;
        }
        while (step < product.K);
        device.Pool.Return(tiles, bytes);
    }

    private void Run(ref Work work)
    {
        int blocks = ((work.M + work.BlockRows - 1) / work.BlockRows) * work.PanelBlocks;
        double flops = 2.0 * work.M * work.N * Math.Max(1, work.K);
        device.Threads.Run(ref work, blocks, flops < HostBlocks.WorthAThread ? blocks : 1);
    }

    private struct Work : Execution.IHostWork<Work>
    {
        public HostRightSide B;
        public float* A, C, Bias;
        public int M, N, K, RowStride, StepStride, RowC, BlockRows, BlockPanels, PanelBlocks;
        public bool Accumulate, Tiled;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in Work work, int from, int to, int thread)
        {
            for (int block = from; block < to; block++)
            {
                work.Block(block / work.PanelBlocks * work.BlockRows, block % work.PanelBlocks * work.BlockPanels, thread);
            }
        }

        private readonly void Block(int firstRow, int firstPanel, int thread)
        {
            int endRow = Math.Min(M, firstRow + BlockRows), endPanel = Math.Min(B.Panels, firstPanel + BlockPanels);
            int step = 0;
            do
            {
                int depth = Math.Min(HostBlocks.Depth, K - step);
                float* panels = B.Bring(firstPanel, endPanel, step, depth, thread, out nint distance);
                for (int panel = firstPanel; panel < endPanel; panel++)
                {
                    Column(firstRow, endRow, panel, step, depth, panels + ((panel - firstPanel) * distance));
                }

                step += HostBlocks.Depth;
            }
            while (step < K);
        }

        private readonly void Column(int firstRow, int endRow, int panel, int step, int depth, float* b)
        {
            int height = HostBlocks.TileHeight<TLanes>(), column = panel * PanelWidth;
            float* bias = Bias == null || step != 0 ? null : Bias + column;
            TLanes* tile = stackalloc TLanes[24];
            for (int row = firstRow; row < endRow; row += height)
            {
                float* a = A + ((nint)row * (Tiled ? K : RowStride)) + ((nint)step * StepStride);
                int rows = Math.Min(height, endRow - row);
                // A tile is padded to its full height, an unpacked A is not.
                int last = Tiled ? height - 1 : rows - 1;
                if (height == 8 && rows > 4)
                {
                    HostPanel.Rows8(a, RowStride, StepStride, last, b, depth, tile);
                }
                else
                {
                    HostPanel.Rows4(a, RowStride, StepStride, last, b, depth, tile);
                }

                HostPanel.Store(
                    tile, C + ((nint)row * RowC) + column, RowC, rows, Math.Min(PanelWidth, N - column), Accumulate || step != 0, bias);
            }
        }
    }
}
