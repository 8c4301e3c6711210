using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// The second half of a tick backward of deep models on a device: adds to the packed gradients. A thread has one neuron, four units and
/// either four slots of the window or everything but the first layer's weights, and sums over the whole batch in order.
/// Row y of the grid is four units, row y of a group a worker that takes one four of slots after another.
/// </summary>
internal struct GroupedWeightGradients<TFloats, TStored> : IGroupKernel<GroupedWeightGradients<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    /// <summary>Units and OuterGradients from <see cref="GroupedBackward{TFloats, TStored}"/>.</summary>
    public TStored History, Units;
    public TFloats Gradients, OuterGradients;
    public NeuronLevelModelSizes Sizes;
    public int Tick;

    /// <summary>Pieces of work for one neuron and four units.</summary>
    public static int Pieces(int memory) => ((memory + GroupedModels.Rows - 1) / GroupedModels.Rows) + 1;

    public static void Run(GroupedWeightGradients<TFloats, TStored> body)
    {
        int neuron = (Grid.IdxX * Group.DimX) + Group.IdxX, pieces = Pieces(body.Sizes.Memory);
        if (neuron < body.Sizes.Neurons)
        {
            for (int piece = Group.IdxY; piece < pieces; piece += Group.DimY)
            {
                if (piece < pieces - 1)
                {
                    FirstLayer(body, neuron, piece * GroupedModels.Rows);
                }
                else
                {
                    Others(body, neuron);
                }
            }
        }
    }

    private static void FirstLayer(GroupedWeightGradients<TFloats, TStored> body, int neuron, int first)
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        int step = sizes.Padded, last = sizes.Memory - 1, distance = GroupedModels.Rows * step;
        int begin = ((body.Tick + 1) * distance) + neuron;
        int at0 = begin + (first * distance), at1 = begin + (Smaller(first + 1, last) * distance);
        int at2 = begin + (Smaller(first + 2, last) * distance), at3 = begin + (Smaller(first + 3, last) * distance);
        var value = Rows4<Float4>.Broadcast(Float4.Broadcast(0f));
        Rows4<Float4> gate = value;
        for (int row = 0; row < sizes.Batch; row++)
        {
            int tile = row / GroupedModels.Rows, of = ((tile * (sizes.Slots - 1) * GroupedModels.Rows) + row) * step;
            var x = GroupedModels.Spread(
                new Float4(body.History[of + at0], body.History[of + at1], body.History[of + at2], body.History[of + at3]));
            int unit = UnitsAt(sizes, row, neuron), further = GroupedModels.Units * distance;
            value = Rows4<Float4>.MultiplyAdd(x, body.Units.Load<Float4>(unit, unit + GroupedModels.Units), value);
            gate = Rows4<Float4>.MultiplyAdd(x, body.Units.Load<Float4>(unit + further, unit + further + GroupedModels.Units), gate);
        }

        AddSlot(body, first, neuron, value.R0, gate.R0);
        AddSlot(body, first + 1, neuron, value.R1, gate.R1);
        AddSlot(body, first + 2, neuron, value.R2, gate.R2);
        AddSlot(body, first + 3, neuron, value.R3, gate.R3);
    }

    /// <summary>The first layer's bias, the second layer's weights, and once for a neuron its bias.</summary>
    private static void Others(GroupedWeightGradients<TFloats, TStored> body, int neuron)
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        int step = sizes.Padded;
        Float4 zero = Float4.Broadcast(0f), value = zero, gate = zero, secondValue = zero, secondGate = zero;
        float outerValues = 0f, outerGates = 0f;
        for (int row = 0; row < sizes.Batch; row++)
        {
            int unit = UnitsAt(sizes, row, neuron), further = GroupedModels.Units * GroupedModels.Rows * step;
            int outer = (((row / GroupedModels.Rows * GroupedModels.Rows) + row) * step) + neuron;
            float outerValue = body.OuterGradients[outer], outerGate = body.OuterGradients[outer + (GroupedModels.Rows * step)];
            value += body.Units.Load<Float4>(unit, unit + GroupedModels.Units);
            gate += body.Units.Load<Float4>(unit + further, unit + further + GroupedModels.Units);
            var glu = body.Units.Load<Float4>(unit + (2 * further), unit + (2 * further) + GroupedModels.Units);
            secondValue = Float4.MultiplyAdd(glu, Float4.Broadcast(outerValue), secondValue);
            secondGate = Float4.MultiplyAdd(glu, Float4.Broadcast(outerGate), secondGate);
            outerValues += outerValue;
            outerGates += outerGate;
        }

        TFloats region = body.Gradients.Skip(sizes.W1Count * step);
        AddUnits(region, sizes, neuron, 1, 0, 0, value);
        AddUnits(region, sizes, neuron, 1, 0, 1, gate);
        region = region.Skip(sizes.B1Count * step);
        AddUnits(region, sizes, neuron, 1, 0, 0, secondValue);
        AddUnits(region, sizes, neuron, 1, 0, 1, secondGate);
        if (Grid.IdxY == 0)
        {
            region = region.Skip(sizes.W2Count * step);
            region[neuron] += outerValues;
            region[step + neuron] += outerGates;
        }
    }

    /// <summary>The place of four units' numbers; the next kind of number is Rows rows of neurons further.</summary>
    private static int UnitsAt(NeuronLevelModelSizes sizes, int row, int neuron)
    {
        int tile = row / GroupedModels.Rows, rowOfTile = row - (tile * GroupedModels.Rows);
        int index = ((((Grid.IdxY * sizes.Tiles) + tile) * 3) * GroupedModels.Rows) + rowOfTile;
        return ((index * sizes.Padded) + neuron) * GroupedModels.Units;
    }

    private static void AddSlot(GroupedWeightGradients<TFloats, TStored> body, int slot, int neuron, Float4 value, Float4 gate)
    {
        if (slot < body.Sizes.Memory)
        {
            AddUnits(body.Gradients, body.Sizes, neuron, body.Sizes.Memory, slot, 0, value);
            AddUnits(body.Gradients, body.Sizes, neuron, body.Sizes.Memory, slot, 1, gate);
        }
    }

    /// <summary>Adds to a region [unit][slots][value, gate].</summary>
    private static void AddUnits(TFloats region, NeuronLevelModelSizes sizes, int neuron, int slots, int slot, int half, Float4 values)
    {
        int unit = Grid.IdxY * GroupedModels.Units, at = ((((unit * slots) + slot) * 2) + half) * sizes.Padded;
        int next = 2 * slots * sizes.Padded;
        Add(region, sizes, unit, at + neuron, values.X);
        Add(region, sizes, unit + 1, at + next + neuron, values.Y);
        Add(region, sizes, unit + 2, at + (2 * next) + neuron, values.Z);
        Add(region, sizes, unit + 3, at + (3 * next) + neuron, values.W);
    }

    private static void Add(TFloats region, NeuronLevelModelSizes sizes, int unit, int at, float value)
    {
        if (unit < sizes.Hidden)
        {
            region[at] += value;
        }
    }

    private static int Smaller(int a, int b) => a < b ? a : b;
}
