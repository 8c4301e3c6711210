using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <content>
/// The weights. A worker has one neuron, four units and either four slots of the window or everything but the first layer's weights, and
/// sums over the whole batch in order; it takes one such piece after another.
/// </content>
internal partial struct GroupedGradients<TFloats, TStored>
{
    private static void Weights(GroupedGradients<TFloats, TStored> body, int neuron)
    {
        int pieces = WindowPieces(body.Sizes.Memory) + 1;
        for (int piece = Group.IdxY; piece < pieces; piece += Group.DimY)
        {
            if (piece < pieces - 1)
            {
                FirstLayer(body, neuron, piece * GroupedModels.Slots);
            }
            else
            {
                Others(body, neuron);
            }
        }
    }

    private static void FirstLayer(GroupedGradients<TFloats, TStored> body, int neuron, int first)
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        int step = sizes.Padded, last = sizes.Memory - 1, distance = GroupedModels.Rows * step;
        int begin = ((body.Tick + 1) * distance) + neuron;
        int at0 = begin + (first * distance), at1 = begin + (GroupedModels.Smaller(first + 1, last) * distance);
        int at2 = begin + (GroupedModels.Smaller(first + 2, last) * distance), at3 = begin + (GroupedModels.Smaller(first + 3, last) * distance);
        var value = Rows4<Float4>.Broadcast(Float4.Broadcast(0f));
        Rows4<Float4> gate = value;
        // A whole tile at a time: all its loads are on the way before the first one is waited for.
        int row = 0, further = GroupedModels.Units * distance, next = GroupedModels.Units * step;
        for (; row + 3 < sizes.Batch; row += GroupedModels.Rows)
        {
            int of = OfRow(sizes, row), unit = UnitsAt(sizes, row, neuron);
            Float4 x0 = Slots(body.History, of, at0, at1, at2, at3), x1 = Slots(body.History, of + step, at0, at1, at2, at3);
            Float4 x2 = Slots(body.History, of + (2 * step), at0, at1, at2, at3);
            Float4 x3 = Slots(body.History, of + (3 * step), at0, at1, at2, at3);
            Rows4<Float4> values = LoadUnits(body.Units, unit, next), gates = LoadUnits(body.Units, unit + further, next);
            value = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x0), values.R0, value);
            gate = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x0), gates.R0, gate);
            value = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x1), values.R1, value);
            gate = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x1), gates.R1, gate);
            value = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x2), values.R2, value);
            gate = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x2), gates.R2, gate);
            value = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x3), values.R3, value);
            gate = Rows4<Float4>.MultiplyAdd(GroupedModels.Spread(x3), gates.R3, gate);
        }

        for (; row < sizes.Batch; row++)
        {
            int unit = UnitsAt(sizes, row, neuron);
            var x = GroupedModels.Spread(Slots(body.History, OfRow(sizes, row), at0, at1, at2, at3));
            value = Rows4<Float4>.MultiplyAdd(x, body.Units.Load<Float4>(unit, unit + GroupedModels.Units), value);
            gate = Rows4<Float4>.MultiplyAdd(x, body.Units.Load<Float4>(unit + further, unit + further + GroupedModels.Units), gate);
        }

        AddSlot(body, first, neuron, value.R0, gate.R0);
        AddSlot(body, first + 1, neuron, value.R1, gate.R1);
        AddSlot(body, first + 2, neuron, value.R2, gate.R2);
        AddSlot(body, first + 3, neuron, value.R3, gate.R3);
    }

    private static int OfRow(NeuronLevelModelSizes sizes, int row) =>
        ((row / GroupedModels.Rows * (sizes.Slots - 1) * GroupedModels.Rows) + row) * sizes.Padded;

    private static Float4 Slots(TStored history, int of, int at0, int at1, int at2, int at3) =>
        new(history[of + at0], history[of + at1], history[of + at2], history[of + at3]);

    /// <summary>The first layer's bias, the second layer's weights, and once for a neuron its bias.</summary>
    private static void Others(GroupedGradients<TFloats, TStored> body, int neuron)
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

    private static int UnitsAt(NeuronLevelModelSizes sizes, int row, int neuron)
    {
        int tile = row / GroupedModels.Rows;
        return GroupedModels.UnitsAt(sizes, Grid.IdxY, tile, row - (tile * GroupedModels.Rows), neuron);
    }

    private static void AddSlot(GroupedGradients<TFloats, TStored> body, int slot, int neuron, Float4 value, Float4 gate)
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
}
