using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// Launches deep models' ticks in thread groups, and owns what lies between the two halves of a tick backward. The layouts are those of the
/// other kernels; how many threads a group has changes no result.
/// </summary>
internal sealed class GroupedTicks<TFloats, TInts, TStored> : IDisposable
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
    where TStored : struct, IMemory<TStored, float>
{
    // Workers wanted in all, for fours of units to be worked on side by side: enough to fill a large device.
    private const int ManyWorkers = 1 << 17;
    private readonly Executor<TFloats, TInts> executor;
    private readonly NeuronLevelModelSizes sizes;
    private readonly int fours;
    private readonly DeviceBuffer<float> units, outerGradients;

    public GroupedTicks(Executor<TFloats, TInts> executor, NeuronLevelModelSizes sizes, bool training)
    {
        this.executor = executor;
        this.sizes = sizes;
        fours = GroupedModels.Parts(sizes.Hidden, GroupedModels.Units);
        long rows = training ? (long)sizes.PaddedBatch * sizes.Padded : 0;
        units = executor.Device.Allocate<float>(checked((int)(3 * rows * fours * GroupedModels.Units)));
        outerGradients = executor.Device.Allocate<float>(checked((int)(2 * rows)));
    }

    private int Workers => Math.Min(GroupedModels.Workers, executor.GroupThreads / GroupedModels.Neurons);

    private int Columns => GroupedModels.Parts(sizes.Neurons, GroupedModels.Neurons);

    public void Forward(GroupedForward<TFloats, TStored> body)
    {
        body.Sizes = sizes;
        body.Fours = 1;
        while (2 * body.Fours <= Math.Min(Workers, fours) && (long)Columns * GroupedModels.Neurons * sizes.Tiles * body.Fours < ManyWorkers)
        {
            body.Fours *= 2;
        }

        int tiles = Math.Min(sizes.Tiles, Workers / body.Fours);
        executor.Groups(body, new GroupGrid(Columns, GroupedModels.Parts(sizes.Tiles, tiles), GroupedModels.Neurons, tiles * body.Fours));
    }

    public void Backward(GroupedBackward<TFloats, TStored> body, GroupedGradients<TFloats, TStored> gradients)
    {
        body.Sizes = gradients.Sizes = sizes;
        body.Units = gradients.Units = TFloats.Of(units.View);
        body.OuterGradients = gradients.OuterGradients = TFloats.Of(outerGradients.View);
        gradients.Fours = fours;
        executor.Groups(body, new GroupGrid(Columns, GroupedModels.Parts(fours * sizes.Tiles, Workers), GroupedModels.Neurons, Workers));
        int rows = GroupedGradients<TFloats, TStored>.GridRows(sizes, fours, Workers);
        executor.Groups(gradients, new GroupGrid(Columns, rows, GroupedModels.Neurons, Workers));
    }

    public void Dispose()
    {
        units.Dispose();
        outerGradients.Dispose();
    }
}
