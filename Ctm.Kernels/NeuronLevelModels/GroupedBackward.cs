using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// The first half of a tick backward of deep models on a device: the gradients of the hidden units, of which
/// <see cref="GroupedGradients{TFloats, TStored}"/> makes those of the window and of the weights. A worker has one tile of rows and one four
/// of units, and neighbouring workers neighbouring tiles.
/// </summary>
internal struct GroupedBackward<TFloats, TStored> : IGroupKernel<GroupedBackward<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    /// <summary>
    /// Units [four units][tile][value's gradient, gate's gradient, GLU][row][neuron][unit] and OuterGradients
    /// [tile][value, gate][row][neuron] are assigned.
    /// </summary>
    public TStored Parameters, History;
    public TFloats Outer, OutputGradient, Units, OuterGradients;
    public NeuronLevelModelSizes Sizes;
    public int Tick, OuterTick;

    public static void Run(GroupedBackward<TFloats, TStored> body)
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        int worker = (Grid.IdxY * Group.DimY) + Group.IdxY, four = worker / sizes.Tiles, unit = four * GroupedModels.Units;
        var place = new GroupedPlace(
            sizes, body.Tick, (Grid.IdxX * GroupedModels.Neurons) + Group.IdxX, worker - (four * sizes.Tiles));
        if (!place.IsActive || unit >= sizes.Hidden)
        {
            return;
        }

        int step = sizes.Padded, outer = place.Outer(sizes, body.OuterTick), further = GroupedModels.Rows * step;
        Float4 outerSigmoid = Float4.Sigmoid(GroupedModels.Column(body.Outer, outer + further, step));
        Float4 outerValue = GroupedModels.LoadRows(body.OutputGradient, sizes, place) * outerSigmoid;
        Float4 outerGate = outerValue * GroupedModels.Column(body.Outer, outer, step) * (Float4.Broadcast(1f) - outerSigmoid);
        if (unit == 0)
        {
            GroupedModels.SetColumn(body.OuterGradients, place.Outer(sizes, 0), step, outerValue);
            GroupedModels.SetColumn(body.OuterGradients, place.Outer(sizes, 0) + further, step, outerGate);
        }

        TStored second = body.Parameters.Skip((sizes.W1Count + sizes.B1Count) * step);
        HiddenTile hidden = GroupedModels.Hidden(body.Parameters, body.History, sizes, place, unit);
        var sigmoid = Rows4<Float4>.Sigmoid(hidden.Gate);
        var glu = hidden.Value * sigmoid;
        var gluGradient = Rows4<Float4>.MultiplyAdd(
            GroupedModels.Spread(outerGate),
            GroupedModels.OfUnits(second, sizes, unit, 1, place.Neuron),
            GroupedModels.Spread(outerValue) * GroupedModels.OfUnits(second, sizes, unit, 0, place.Neuron));
        int at = GroupedModels.UnitsAt(sizes, four, place.Tile, 0, place.Neuron), kind = further * GroupedModels.Units;
        Keep(body.Units, at, step, gluGradient * sigmoid);
        Keep(body.Units, at + kind, step, gluGradient * glu * (Rows4<Float4>.Broadcast(Float4.Broadcast(1f)) - sigmoid));
        Keep(body.Units, at + (2 * kind), step, glu);
    }

    private static void Keep(TFloats units, int at, int step, Rows4<Float4> values)
    {
        int row = GroupedModels.Units * step;
        units.Store(at, at + GroupedModels.Units, values.R0);
        units.Store(at + row, at + row + GroupedModels.Units, values.R1);
        units.Store(at + (2 * row), at + (2 * row) + GroupedModels.Units, values.R2);
        units.Store(at + (3 * row), at + (3 * row) + GroupedModels.Units, values.R3);
    }
}
