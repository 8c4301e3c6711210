using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// The first half of a tick backward of deep models on a device: the window's gradient, and what
/// <see cref="GroupedWeightGradients{TFloats, TStored}"/> makes the weights' gradients of. Threads as in forward; each adds to the window's gradient
/// of its own rows only.
/// </summary>
internal struct GroupedBackward<TFloats, TStored> : IGroupKernel<GroupedBackward<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    /// <summary>
    /// Units [four units][tile][value's gradient, gate's gradient, GLU][row][neuron][unit] and OuterGradients
    /// [tile][value, gate][row][neuron] are assigned.
    /// </summary>
    public TStored Parameters, History, Units;
    public TFloats HistoryGradient, Outer, OutputGradient, PreActivationGradient, OuterGradients;
    public NeuronLevelModelSizes Sizes;
    public int Tick, OuterTick;
    public FreshSlots Fresh;

    public static void Run(GroupedBackward<TFloats, TStored> body)
    {
        var shared = SharedMemory.Allocate<float>(GroupedModels.SharedFloats);
        NeuronLevelModelSizes sizes = body.Sizes;
        var place = new GroupedPlace(sizes, body.Tick);
        int step = sizes.Padded, fresh = body.Fresh == FreshSlots.All ? sizes.Memory : (int)body.Fresh;
        TStored second = body.Parameters.Skip((sizes.W1Count + sizes.B1Count) * step);
        Float4 outerValue = Float4.Broadcast(0f), outerGate = Float4.Broadcast(0f);
        if (place.IsActive)
        {
            int outer = place.Outer(sizes, body.OuterTick), further = GroupedModels.Rows * step;
            Float4 sigmoid = Float4.Sigmoid(GroupedModels.Column(body.Outer, outer + further, step));
            outerValue = GroupedModels.LoadRows(body.OutputGradient, sizes, place) * sigmoid;
            outerGate = outerValue * GroupedModels.Column(body.Outer, outer, step) * (Float4.Broadcast(1f) - sigmoid);
            GroupedModels.SetColumn(body.OuterGradients, place.Outer(sizes, 0), step, outerValue);
            GroupedModels.SetColumn(body.OuterGradients, place.Outer(sizes, 0) + further, step, outerGate);
        }

        for (int unit = 0; unit < sizes.Hidden; unit += GroupedModels.Units)
        {
            HiddenTile hidden = GroupedModels.Hidden(shared, body.Parameters, body.History, sizes, place, unit);
            Rows4<Float4> value = hidden.Value, gate = hidden.Gate;
            if (place.IsActive)
            {
                var sigmoid = Rows4<Float4>.Sigmoid(gate);
                var glu = value * sigmoid;
                var gluGradient = Rows4<Float4>.MultiplyAdd(
                    GroupedModels.Spread(outerGate),
                    GroupedModels.OfUnits(second, sizes, unit, 1, place.Neuron),
                    GroupedModels.Spread(outerValue) * GroupedModels.OfUnits(second, sizes, unit, 0, place.Neuron));
                value = gluGradient * sigmoid;
                gate = gluGradient * glu * (Rows4<Float4>.Broadcast(Float4.Broadcast(1f)) - sigmoid);
                Keep(body.Units, sizes, place, unit, 0, value);
                Keep(body.Units, sizes, place, unit, 1, gate);
                Keep(body.Units, sizes, place, unit, 2, glu);
            }

            AddToWindow(body, shared, sizes, place, unit, new HiddenTile(value, gate), unit == 0 ? fresh : 0);
        }

        if (place.IsActive)
        {
            GroupedModels.StoreRows(
                body.PreActivationGradient, sizes, place, GroupedModels.Column(body.HistoryGradient, place.Newest(sizes), step));
        }
    }

    /// <summary>Adds four units' part of the window's gradient; the first slots, so many as are fresh, are assigned.</summary>
    private static void AddToWindow(
        GroupedBackward<TFloats, TStored> body,
        ArrayView<float> shared,
        NeuronLevelModelSizes sizes,
        GroupedPlace place,
        int unit,
        HiddenTile gradient,
        int fresh)
    {
        var weights = shared.Cast<Float4>();
        for (int first = 0; first < sizes.Memory; first += GroupedModels.Slots)
        {
            // Again also where the window is staged at once: PoCL does not compile a barrier on a condition, and this costs little.
            GroupedModels.Stage(shared, body.Parameters, sizes, unit, first);
            int count = place.IsActive ? GroupedModels.Count(sizes, first) : 0, step = sizes.Padded;
            int at = place.Window + (first * GroupedModels.Rows * step), vector = Group.IdxX;
            for (int slot = 0; slot < count; slot++)
            {
                var sum = first + slot < fresh ? Float4.Broadcast(0f) : GroupedModels.Column(body.HistoryGradient, at, step);
                sum = Dots(gradient.Value, weights[vector], sum);
                sum = Dots(gradient.Gate, weights[vector + GroupedModels.Neurons], sum);
                GroupedModels.SetColumn(body.HistoryGradient, at, step, sum);
                at += GroupedModels.Rows * step;
                vector += 2 * GroupedModels.Neurons;
            }
        }
    }

    /// <summary>sum plus each row's product with the weights.</summary>
    private static Float4 Dots(Rows4<Float4> rows, Float4 weights, Float4 sum) => new(
        Dot(rows.R0, weights, sum.X), Dot(rows.R1, weights, sum.Y), Dot(rows.R2, weights, sum.Z), Dot(rows.R3, weights, sum.W));

    // One product after another onto the sum, so that each is a multiply-add.
    private static float Dot(Float4 a, Float4 b, float sum) => (a.W * b.W) + ((a.Z * b.Z) + ((a.Y * b.Y) + ((a.X * b.X) + sum)));

    private static void Keep(TStored units, NeuronLevelModelSizes sizes, GroupedPlace place, int unit, int what, Rows4<Float4> values)
    {
        int tile = ((unit / GroupedModels.Units) * sizes.Tiles) + place.Tile, row = GroupedModels.Units * sizes.Padded;
        int at = (((tile * 3) + what) * GroupedModels.Rows * row) + (place.Neuron * GroupedModels.Units);
        units.Store(at, at + GroupedModels.Units, values.R0);
        units.Store(at + row, at + row + GroupedModels.Units, values.R1);
        units.Store(at + (2 * row), at + (2 * row) + GroupedModels.Units, values.R2);
        units.Store(at + (3 * row), at + (3 * row) + GroupedModels.Units, values.R3);
    }
}
