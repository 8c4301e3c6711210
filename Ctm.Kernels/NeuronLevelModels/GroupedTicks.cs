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
    private const int LargeGroup = 256, Workers = 8;
    private readonly Executor<TFloats, TInts> executor;
    private readonly NeuronLevelModelSizes sizes;
    private readonly int fours;
    private readonly DeviceBuffer<float> units, outerGradients;

    public GroupedTicks(Executor<TFloats, TInts> executor, NeuronLevelModelSizes sizes, bool training)
    {
        this.executor = executor;
        this.sizes = sizes;
        fours = (sizes.Hidden + GroupedModels.Units - 1) / GroupedModels.Units;
        long rows = training ? (long)sizes.PaddedBatch * sizes.Padded : 0;
        units = executor.Device.Allocate<float>(StoredFloats.Of<TStored>(3 * rows * fours * GroupedModels.Units));
        outerGradients = executor.Device.Allocate<float>(checked((int)(2 * rows)));
    }

    private int Threads => executor.GroupThreads >= LargeGroup ? LargeGroup : GroupedModels.LeastThreads;

    /// <summary>Groups of 16 neurons by up to so many tiles that a group is full.</summary>
    private GroupGrid Tiles
    {
        get
        {
            int height = Math.Min(sizes.Tiles, Threads / GroupedModels.Neurons);
            return new GroupGrid(Parts(sizes.Neurons, GroupedModels.Neurons), Parts(sizes.Tiles, height), GroupedModels.Neurons, height);
        }
    }

    public void Forward(GroupedForward<TFloats, TStored> body) => executor.Groups(body with { Sizes = sizes }, Tiles);

    public void Backward(GroupedBackward<TFloats, TStored> body, TFloats gradients)
    {
        body.Sizes = sizes;
        body.Units = TStored.Of(units.View);
        body.OuterGradients = TFloats.Of(outerGradients.View);
        executor.Groups(body, Tiles);
        var weights = new GroupedWeightGradients<TFloats, TStored>
        {
            Gradients = gradients,
            History = body.History,
            Units = body.Units,
            OuterGradients = body.OuterGradients,
            Sizes = sizes,
            Tick = body.Tick,
        };
        int width = Threads / Workers, height = Math.Min(Workers, GroupedWeightGradients<TFloats, TStored>.Pieces(sizes.Memory));
        executor.Groups(weights, new GroupGrid(Parts(sizes.Neurons, width), fours, width, height));
    }

    public void Dispose()
    {
        units.Dispose();
        outerGradients.Dispose();
    }

    private static int Parts(int count, int size) => (count + size - 1) / size;
}
