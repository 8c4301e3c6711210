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
        long bytes = PackedLength(product.K, product.N) * sizeof(float);
        nint packed = device.Pool.Rent(bytes);
        for (int i = 0; i < Math.Max(1, product.Batch); i++)
        {
            if (i == 0 || product.StrideB != 0)
            {
                PackB(HostBuffer<float>.PointerOf(b) + ((nint)i * product.StrideB), (float*)packed, product.K, product.N, product.TransposeB, product.RowB);
            }

            One(a, (float*)packed, c, product, bias, i);
        }

        device.Pool.Return(packed, bytes);
    }

    public override void Multiply(
        DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        device.Profile?.Count(product);
        for (int i = 0; i < Math.Max(1, product.Batch); i++)
        {
            One(a, HostBuffer<float>.PointerOf(b.View), c, product, bias, i);
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
        var pack = new HostPacking.PanelsOfB { From = from, To = to, K = k, N = n, Transpose = transpose, Row = row, Width = PanelWidth };
        int panels = (n + PanelWidth - 1) / PanelWidth;
        long start = device.Profile is null ? 0 : Stopwatch.GetTimestamp();
        device.Threads.Run(ref pack, panels, HostBlocks.Chunk(panels, k * PanelWidth));
        device.Profile?.AddProduct("pack", 0, n, k, start);
    }

    private void One(DeviceView<float> a, float* packed, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias, int index)
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
            B = packed,
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
        nint tiles = 0;
        long bytes = 0;
        if (product.TransposeA)
        {
            int height = HostBlocks.TileHeight<TLanes>();
            int count = (product.M + height - 1) / height;
            bytes = (long)count * height * product.K * sizeof(float);
            tiles = device.Pool.Rent(bytes);
            var pack = new HostPacking.TilesOfA { From = work.A, To = (float*)tiles, M = product.M, K = product.K, Row = product.RowA, Height = height };
            device.Threads.Run(ref pack, count, HostBlocks.Chunk(count, height * product.K));
            work.A = (float*)tiles;
            work.RowStride = 1;
            work.StepStride = height;
            work.Tiled = true;
        }

        HostBlocks.Plan(product, PanelWidth, device.ThreadCount, out work.BlockRows, out work.BlockPanels);
        int panels = (work.N + PanelWidth - 1) / PanelWidth;
        work.PanelBlocks = (panels + work.BlockPanels - 1) / work.BlockPanels;
        int blocks = ((work.M + work.BlockRows - 1) / work.BlockRows) * work.PanelBlocks;
        double flops = 2.0 * work.M * work.N * Math.Max(1, work.K);
        device.Threads.Run(ref work, blocks, flops < HostBlocks.WorthAThread ? blocks : 1);
        device.Profile?.AddProduct(product.TransposeA ? "A^T B" : "A B", work.M, work.N, work.K, start);
        if (bytes > 0)
        {
            device.Pool.Return(tiles, bytes);
        }
    }

    private struct Work : Execution.IHostWork<Work>
    {
        public float* A, B, C, Bias;
        public int M, N, K, RowStride, StepStride, RowC, BlockRows, BlockPanels, PanelBlocks;
        public bool Accumulate, Tiled;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in Work work, int from, int to, int thread)
        {
            for (int block = from; block < to; block++)
            {
                work.Block(block / work.PanelBlocks * work.BlockRows, block % work.PanelBlocks * work.BlockPanels);
            }
        }

        private readonly void Block(int firstRow, int firstPanel)
        {
            int panels = (N + PanelWidth - 1) / PanelWidth;
            int endRow = Math.Min(M, firstRow + BlockRows), endPanel = Math.Min(panels, firstPanel + BlockPanels);
            int step = 0;
            do
            {
                int depth = Math.Min(HostBlocks.Depth, K - step);
                for (int panel = firstPanel; panel < endPanel; panel++)
                {
                    Column(firstRow, endRow, panel, step, depth);
                }

                step += HostBlocks.Depth;
            }
            while (step < K);
        }

        private readonly void Column(int firstRow, int endRow, int panel, int step, int depth)
        {
            int height = HostBlocks.TileHeight<TLanes>(), column = panel * PanelWidth;
            float* b = B + ((((nint)panel * K) + step) * PanelWidth);
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
