using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Execution;

/// <summary>What the host's executors share: the threads, and how much work is worth a thread.</summary>
internal abstract class HostExecutor(HostDevice device) : Executor<PointerMemory<float>, PointerMemory<int>>
{
    /// <summary>About two microseconds of work: less is not worth handing to another thread.</summary>
    protected const int WorthAThread = 16384;

    public override HostDevice Device { get; } = device;

    /// <summary>Items in a chunk: a few chunks a thread, but none smaller than what is worth one.</summary>
    protected int Chunk(int items, int workPerItem)
    {
        int enough = Math.Max(1, WorthAThread / Math.Max(1, workPerItem));
        int even = (items + (4 * Device.ThreadCount) - 1) / (4 * Device.ThreadCount);
        return Math.Max(enough, even);
    }
}

/// <summary>Runs bodies as SIMD code.</summary>
/// <typeparam name="TLanes">The widest lanes of this machine.</typeparam>
internal sealed class HostExecutor<TLanes>(HostDevice device) : HostExecutor(device)
    where TLanes : unmanaged, ILanes<TLanes>
{
    public override int BlockWidth => TLanes.Width;

    public override void Elements<TBody>(TBody body, int count, bool aligned)
    {
        Device.Launches++;
        int vectors = (count + TLanes.Width - 1) / TLanes.Width;
        Start(typeof(TBody), new ElementWork<TBody> { Body = body, Count = count }, vectors, TLanes.Width);
    }

    public override void Rows<TBody>(TBody body, int rows, int work, bool aligned)
    {
        Device.Launches++;
        Start(typeof(TBody), new RowWork<TBody> { Body = body }, rows, work);
    }

    public override void Items<TBody>(TBody body, int count, int work)
    {
        Device.Launches++;
        Start(typeof(TBody), new ItemWork<TBody> { Body = body }, count, work);
    }

    public override void Blocks<TBody>(TBody body, int neurons, int parts, int work, bool aligned)
    {
        Device.Launches++;
        int blocks = (neurons + TLanes.Width - 1) / TLanes.Width;
        Start(typeof(TBody), new BlockWork<TBody> { Body = body, Parts = parts }, blocks, work);
    }

    private void Start<TWork>(Type body, TWork work, int items, int workPerItem)
        where TWork : struct, IHostWork<TWork>
    {
        if (items > 0)
        {
            long start = Device.Profile is null ? 0 : Stopwatch.GetTimestamp();
            Device.Threads.Run(ref work, items, Chunk(items, workPerItem));
            Device.Profile?.Add(body, start);
        }
    }

    // These loops are not inlined: within a recompiled caller the body's lane operators would pass the JIT's limit and become calls.
    private struct ElementWork<TBody> : IHostWork<ElementWork<TBody>>
        where TBody : struct, IElementKernel<TBody>
    {
        public TBody Body;
        public int Count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in ElementWork<TBody> work, int from, int to, int thread)
        {
            TBody body = work.Body;
            int count = work.Count;
            for (int i = from * TLanes.Width, end = Math.Min(count, to * TLanes.Width); i < end; i += TLanes.Width)
            {
                TBody.Run<TLanes>(body, i, count);
            }
        }
    }

    private struct RowWork<TBody> : IHostWork<RowWork<TBody>>
        where TBody : struct, IRowKernel<TBody>
    {
        public TBody Body;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in RowWork<TBody> work, int from, int to, int thread)
        {
            TBody body = work.Body;
            for (int row = from; row < to; row++)
            {
                TBody.Run<TLanes, Alone>(body, row, default);
            }
        }
    }

    private struct ItemWork<TBody> : IHostWork<ItemWork<TBody>>
        where TBody : struct, IItemKernel<TBody>
    {
        public TBody Body;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in ItemWork<TBody> work, int from, int to, int thread)
        {
            TBody body = work.Body;
            for (int item = from; item < to; item++)
            {
                TBody.Run(body, item);
            }
        }
    }

    private struct BlockWork<TBody> : IHostWork<BlockWork<TBody>>
        where TBody : struct, IBlockKernel<TBody, PointerMemory<float>>
    {
        public TBody Body;
        public int Parts;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in BlockWork<TBody> work, int from, int to, int thread)
        {
            TBody body = work.Body;
            int parts = work.Parts;
            for (int block = from; block < to; block++)
            {
                for (int part = 0; part < parts; part++)
                {
                    TBody.Run<TLanes, PointerLanes<TLanes>, BlockedLayout>(body, default, block, part);
                }
            }
        }
    }
}
