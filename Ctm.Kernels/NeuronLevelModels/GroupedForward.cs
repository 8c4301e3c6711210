using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// One tick of deep models on a device: appends the pre-activation to the history and writes z and the second GLU's input, as
/// <see cref="NeuronLevelModelForward{TFloats, TTile, TForm}"/> does. The workers of a neuron in a group are several tiles of rows by
/// several fours of units; the first of those of a tile adds their parts in the order of the units, however many there are.
/// </summary>
internal struct GroupedForward<TFloats, TStored> : IGroupKernel<GroupedForward<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    private const int SharedFloats = GroupedModels.Neurons * GroupedModels.Workers * 2 * 4;

    public TStored Parameters, History;
    public TFloats Outer, PreActivation, Output;
    public NeuronLevelModelSizes Sizes;
    public int Tick, OuterTick;

    /// <summary>Fours of units that are worked on side by side.</summary>
    public int Fours;

    public static void Run(GroupedForward<TFloats, TStored> body)
    {
        var shared = SharedMemory.Allocate<float>(SharedFloats);
        var parts = shared.Cast<Float4>();
        NeuronLevelModelSizes sizes = body.Sizes;
        int tiles = Group.DimY / body.Fours, four = Group.IdxY / tiles, tile = Group.IdxY - (four * tiles);
        var place = new GroupedPlace(
            sizes, body.Tick, (Grid.IdxX * GroupedModels.Neurons) + Group.IdxX, (Grid.IdxY * tiles) + tile);
        bool isFirst = place.IsActive && four == 0;
        int step = sizes.Padded, own = (Group.IdxY * 2 * GroupedModels.Neurons) + Group.IdxX;
        TStored second = body.Parameters.Skip((sizes.W1Count + sizes.B1Count) * step);
        Float4 outerValue = Float4.Broadcast(0f), outerGate = Float4.Broadcast(0f);
        if (isFirst)
        {
            GroupedModels.SetColumn(body.History, place.Newest(sizes), step, GroupedModels.LoadRows(body.PreActivation, sizes, place));
            TStored bias = second.Skip(sizes.W2Count * step);
            outerValue = Float4.Broadcast(bias[place.Neuron]);
            outerGate = Float4.Broadcast(bias[step + place.Neuron]);
        }

        for (int first = 0; first < sizes.Hidden; first += body.Fours * GroupedModels.Units)
        {
            // The newest slot is written, and the parts of the turn before are read.
            Group.Barrier();
            int unit = first + (four * GroupedModels.Units);
            Float4 value = Float4.Broadcast(0f), gate = Float4.Broadcast(0f);
            if (place.IsActive && unit < sizes.Hidden)
            {
                HiddenTile hidden = GroupedModels.Hidden(body.Parameters, body.History, sizes, place, unit);
                var glu = hidden.Value * Rows4<Float4>.Sigmoid(hidden.Gate);
                value = OfRows(glu * GroupedModels.OfUnits(second, sizes, unit, 0, place.Neuron));
                gate = OfRows(glu * GroupedModels.OfUnits(second, sizes, unit, 1, place.Neuron));
            }

            parts[own] = value;
            parts[own + GroupedModels.Neurons] = gate;
            Group.Barrier();
            for (int other = 0; other < body.Fours; other++)
            {
                int at = own + (other * tiles * 2 * GroupedModels.Neurons);
                if (isFirst)
                {
                    outerValue += parts[at];
                    outerGate += parts[at + GroupedModels.Neurons];
                }
            }
        }

        if (isFirst)
        {
            int outer = place.Outer(sizes, body.OuterTick);
            GroupedModels.SetColumn(body.Outer, outer, step, outerValue);
            GroupedModels.SetColumn(body.Outer, outer + (GroupedModels.Rows * step), step, outerGate);
            GroupedModels.StoreRows(body.Output, sizes, place, outerValue * Float4.Sigmoid(outerGate));
        }
    }

    /// <summary>Each row's sum.</summary>
    private static Float4 OfRows(Rows4<Float4> x) => new(Float4.Sum(x.R0), Float4.Sum(x.R1), Float4.Sum(x.R2), Float4.Sum(x.R3));
}
