using System.Diagnostics;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Vocabulary;
using ILGPU;
using ILGPU.Runtime;

namespace Ctm.Kernels.Execution;

/// <summary>
/// Runs bodies through ILGPU. Compiled kernels are kept, one launcher for each entry method with its type arguments: the compiler makes one
/// delegate of it, so that a launch allocates nothing.
/// </summary>
internal sealed class IlgpuExecutor(IlgpuDevice device) : Executor<ViewMemory<float>, ViewMemory<int>>
{
    private const int GroupSize = 64;
    private readonly Dictionary<Delegate, Delegate> launchers = [];

    public override IlgpuDevice Device { get; } = device;

    public override int BlockWidth => 0;

    public override int GroupThreads => Device.MostThreads;

    public override void Groups<TBody>(TBody body, GroupGrid grid) => Launch(
        IlgpuEntries.Groups,
        new KernelConfig(new Index3D(grid.Columns, grid.Rows, 1), new Index3D(grid.Width, grid.Height, 1)),
        body,
        0);

    public override void Elements<TBody>(TBody body, int count, bool aligned)
    {
        if (count == 0)
        {
            return;
        }

        if (aligned && count % Float4.Width == 0)
        {
            Launch(IlgpuEntries.Elements<TBody, Float4>, Grid(count / Float4.Width), body, count);
        }
        else
        {
            Launch(IlgpuEntries.Elements<TBody, Float1>, Grid(count), body, count);
        }
    }

    public override void Rows<TBody>(TBody body, int rows, int work, bool aligned)
    {
        if (rows == 0)
        {
            return;
        }

        var config = new KernelConfig(rows, GroupTeam.Size);
        if (aligned)
        {
            Launch(IlgpuEntries.Rows<TBody, Float4>, config, body, rows);
        }
        else
        {
            Launch(IlgpuEntries.Rows<TBody, Float1>, config, body, rows);
        }
    }

    public override void Items<TBody>(TBody body, int count, int work)
    {
        if (count > 0)
        {
            Launch(IlgpuEntries.Items, Grid(count), body, count);
        }
    }

    public override void Blocks<TBody>(TBody body, int neurons, int parts, int work, bool aligned)
    {
        if (neurons == 0 || parts == 0)
        {
            return;
        }

        int blocks = aligned ? neurons / Float4.Width : neurons;
        var config = new KernelConfig(
            new Index3D((blocks + GroupSize - 1) / GroupSize, parts, 1), new Index3D(Math.Min(GroupSize, blocks), 1, 1));
        if (aligned)
        {
            Launch(IlgpuEntries.Blocks<TBody, Float4>, config, body, blocks);
        }
        else
        {
            Launch(IlgpuEntries.Blocks<TBody, Float1>, config, body, blocks);
        }
    }

    /// <summary>Launches an entry method; it is compiled at its first use.</summary>
    public void Launch<TBody>(Action<TBody, int> entry, KernelConfig config, TBody body, int count)
        where TBody : struct
    {
        Device.Launches++;
        if (Device.Recorder is { } recorder && !recorder.Record(entry.Method, config))
        {
            return;
        }

        Action<AcceleratorStream, KernelConfig, TBody, int> launcher = LauncherOf(entry);
        long start = Device.Profile is null ? 0 : Stopwatch.GetTimestamp();
        launcher(Device.Stream, config, body, count);
        if (Device.Profile is { } profile)
        {
            Device.Synchronize();
            profile.Add(typeof(TBody), start);
        }
    }

    internal Action<AcceleratorStream, KernelConfig, TBody, int> LauncherOf<TBody>(Action<TBody, int> entry)
        where TBody : struct
    {
        if (!launchers.TryGetValue(entry, out Delegate? launcher))
        {
            launcher = IlgpuKernelLoader.Load(Device.Accelerator, entry);
            launchers.Add(entry, launcher);
        }

        return (Action<AcceleratorStream, KernelConfig, TBody, int>)launcher;
    }

    private static KernelConfig Grid(int items) => new((items + GroupSize - 1) / GroupSize, GroupSize);
}

/// <summary>Entry points: they find a worker's place in the grid and call the body.</summary>
internal static class IlgpuEntries
{
    public static void Elements<TBody, TLanes>(TBody body, int count)
        where TBody : struct, IElementKernel<TBody>
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int index = ((Grid.IdxX * Group.DimX) + Group.IdxX) * TLanes.Width;
        if (index < count)
        {
            TBody.Run<TLanes>(body, index, count);
        }
    }

    public static void Groups<TBody>(TBody body, int unused)
        where TBody : struct, IGroupKernel<TBody> => TBody.Run(body);

    public static void Rows<TBody, TLanes>(TBody body, int rows)
        where TBody : struct, IRowKernel<TBody>
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TBody.Run<TLanes, GroupTeam>(body, Grid.IdxX, default);
    }

    public static void Items<TBody>(TBody body, int count)
        where TBody : struct, IItemKernel<TBody>
    {
        int item = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (item < count)
        {
            TBody.Run(body, item);
        }
    }

    public static void Blocks<TBody, TLanes>(TBody body, int blocks)
        where TBody : struct, IBlockKernel<TBody, ViewMemory<float>>
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int block = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (block < blocks)
        {
            TBody.Run<TLanes, ViewLanes<TLanes>, NeuronFastestLayout>(body, new NeuronFastestLayout(blocks), block, Grid.IdxY);
        }
    }
}
