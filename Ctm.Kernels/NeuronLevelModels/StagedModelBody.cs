using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// The deep form of <see cref="NeuronLevelModelBody"/> for the host, with the same sums in the same order. The first layer of some units is
/// done before their sigmoids: a sigmoid is a long chain of operations, and a processor that meets one behind every unit's products waits for
/// its end each time. What stands between the stages is a few vectors a block, in the first-level cache.
/// </summary>
internal static class StagedModelBody
{
    /// <summary>Units of a stage.</summary>
    private const int Units = 12;

    /// <summary>
    /// Units whose values and gates are summed together, three of the six at a time: with two, a processor of two multiply-add units has
    /// too few independent sums to be busy.
    /// </summary>
    private const int Together = 3;

    /// <summary>Lane vectors that a block needs between the stages for a tile of so many rows: [unit][value, gate][row].</summary>
    public static int StageVectors(int rows) => Units * 2 * rows;

    /// <inheritdoc cref="NeuronLevelModelBody.Forward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TRows Forward<TLanes, TRows, TMemory, TLayout>(
        PackedParameters<TMemory> parameters, TMemory window, TMemory outer, TMemory stage, TLayout layout, NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int hidden = loops.Hidden, step = layout.Step;
        TMemory gates = outer.Skip(loops.SlotStep);
        TRows.Broadcast(parameters.B2[0]).Store(outer, step);
        TRows.Broadcast(parameters.B2[step]).Store(gates, step);
        for (int first = 0; first < hidden; first += Units)
        {
            int units = Smaller(Units, hidden - first);
            FirstLayer<TLanes, TRows, TMemory, TLayout>(parameters, window, stage, units, layout, loops);
            SecondLayer<TLanes, TRows, TMemory, TLayout>(parameters.W2, stage, outer, gates, units, layout);
            parameters = Next<TLanes, TMemory>(parameters, units, step, loops);
        }

        return TRows.Load(outer, step) * TRows.Sigmoid(TRows.Load(gates, step));
    }

    /// <inheritdoc cref="NeuronLevelModelBody.Backward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TLanes, TRows, TMemory, TLayout>(
        PackedParameters<TMemory> parameters,
        PackedParameters<TMemory> gradients,
        TMemory window,
        TMemory windowGradient,
        TMemory outer,
        TMemory stage,
        TRows outputGradient,
        TLayout layout,
        NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int hidden = loops.Hidden, step = layout.Step;
        var one = TRows.Broadcast(TLanes.Broadcast(1f));
        var outerSigmoid = TRows.Sigmoid(TRows.Load(outer.Skip(loops.SlotStep), step));
        var outerValue = outputGradient * outerSigmoid;
        var outerGate = outerValue * TRows.Load(outer, step) * (one - outerSigmoid);
        TMemory b2Gradient = gradients.B2;
        b2Gradient[0] += TRows.Sum(outerValue);
        b2Gradient[step] += TRows.Sum(outerGate);
        for (int first = 0; first < hidden; first += Units)
        {
            int units = Smaller(Units, hidden - first);
            FirstLayer<TLanes, TRows, TMemory, TLayout>(parameters, window, stage, units, layout, loops);
            SecondLayerBackward<TLanes, TRows, TMemory, TLayout>(
                parameters.W2, gradients, stage, outerValue, outerGate, units, layout);
            FirstLayerBackward<TLanes, TRows, TMemory, TLayout>(
                parameters.W1, gradients.W1, window, windowGradient, stage, units, layout, loops);
            parameters = Next<TLanes, TMemory>(parameters, units, step, loops);
            gradients = Next<TLanes, TMemory>(gradients, units, step, loops);
        }
    }

    /// <summary>Values and gates of some units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FirstLayer<TLanes, TRows, TMemory, TLayout>(
        PackedParameters<TMemory> parameters, TMemory window, TMemory stage, int units, TLayout layout, NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int memory = loops.Memory, slotStep = loops.SlotStep, step = layout.Step, unitStep = 2 * memory * step, tileStep = TRows.Count * step;
        TMemory w1 = parameters.W1, b1 = parameters.B1, slot;
        int h = 0;
        for (; units - h >= Together; h += Together)
        {
            TMemory first = w1, second = w1.Skip(unitStep);
            TRows a = TRows.Broadcast(b1[0]), b = TRows.Broadcast(b1[step]), c = TRows.Broadcast(b1[2 * step]);
            slot = window;
            for (int m = 0; m < memory; m++)
            {
                TRows.MultiplyAdd(slot, step, first[0], first[step], second[0], ref a, ref b, ref c);
                slot = slot.Skip(slotStep);
                first = first.Skip(2 * step);
                second = second.Skip(2 * step);
            }

            a.Store(stage, step);
            b.Store(stage.Skip(tileStep), step);
            c.Store(stage.Skip(2 * tileStep), step);
            second = w1.Skip(unitStep);
            TMemory third = second.Skip(unitStep);
            a = TRows.Broadcast(b1[3 * step]);
            b = TRows.Broadcast(b1[4 * step]);
            c = TRows.Broadcast(b1[5 * step]);
            slot = window;
            for (int m = 0; m < memory; m++)
            {
                TRows.MultiplyAdd(slot, step, second[step], third[0], third[step], ref a, ref b, ref c);
                slot = slot.Skip(slotStep);
                second = second.Skip(2 * step);
                third = third.Skip(2 * step);
            }

            a.Store(stage.Skip(3 * tileStep), step);
            b.Store(stage.Skip(4 * tileStep), step);
            c.Store(stage.Skip(5 * tileStep), step);
            w1 = w1.Skip(Together * unitStep);
            b1 = b1.Skip(2 * Together * step);
            stage = stage.Skip(2 * Together * tileStep);
        }

        for (; h < units; h++)
        {
            var value = TRows.Broadcast(b1[0]);
            var gate = TRows.Broadcast(b1[step]);
            slot = window;
            for (int m = 0; m < memory; m++)
            {
                var x = TRows.Load(slot, step);
                value = TRows.MultiplyAdd(x, w1[0], value);
                gate = TRows.MultiplyAdd(x, w1[step], gate);
                slot = slot.Skip(slotStep);
                w1 = w1.Skip(2 * step);
            }

            value.Store(stage, step);
            gate.Store(stage.Skip(tileStep), step);
            stage = stage.Skip(2 * tileStep);
            b1 = b1.Skip(2 * step);
        }
    }

    /// <summary>Adds some units to the second layer, row by row: then the sigmoid's constants stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SecondLayer<TLanes, TRows, TMemory, TLayout>(
        TMemory weights, TMemory stage, TMemory outer, TMemory outerGates, int units, TLayout layout)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int rows = TRows.Count, step = layout.Step;
        for (int r = 0; r < rows; r++)
        {
            TMemory values = stage, gates = stage.Skip(rows * step), w2 = weights;
            TLanes value = outer[0], gate = outerGates[0];
            for (int h = 0; h < units; h++)
            {
                var unit = values[0] * TLanes.Sigmoid(gates[0]);
                value = TLanes.MultiplyAdd(unit, w2[0], value);
                gate = TLanes.MultiplyAdd(unit, w2[step], gate);
                values = values.Skip(2 * rows * step);
                gates = gates.Skip(2 * rows * step);
                w2 = w2.Skip(2 * step);
            }

            outer[0] = value;
            outerGates[0] = gate;
            stage = stage.Skip(step);
            outer = outer.Skip(step);
            outerGates = outerGates.Skip(step);
        }
    }

    /// <summary>Puts the gradients of some units' values and gates in their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SecondLayerBackward<TLanes, TRows, TMemory, TLayout>(
        TMemory w2, PackedParameters<TMemory> gradients, TMemory stage, TRows outerValue, TRows outerGate, int units, TLayout layout)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int step = layout.Step;
        TMemory b1Gradient = gradients.B1, w2Gradient = gradients.W2;
        var one = TRows.Broadcast(TLanes.Broadcast(1f));
        for (int r = 0; r < TRows.Count; r++)
        {
            TMemory gate = stage.Skip((TRows.Count + r) * step);
            for (int h = 0; h < units; h++)
            {
                gate[0] = TLanes.Sigmoid(gate[0]);
                gate = gate.Skip(2 * TRows.Count * step);
            }
        }

        for (int h = 0; h < units; h++)
        {
            TMemory gates = stage.Skip(TRows.Count * step);
            var sigmoid = TRows.Load(gates, step);
            var unit = TRows.Load(stage, step) * sigmoid;
            w2Gradient[0] = TRows.Dot(unit, outerValue, w2Gradient[0]);
            w2Gradient[step] = TRows.Dot(unit, outerGate, w2Gradient[step]);
            var unitGradient = TRows.MultiplyAdd(outerGate, w2[step], outerValue * w2[0]);
            var value = unitGradient * sigmoid;
            var gate = unitGradient * unit * (one - sigmoid);
            b1Gradient[0] += TRows.Sum(value);
            b1Gradient[step] += TRows.Sum(gate);
            value.Store(stage, step);
            gate.Store(gates, step);
            stage = stage.Skip(2 * TRows.Count * step);
            b1Gradient = b1Gradient.Skip(2 * step);
            w2 = w2.Skip(2 * step);
            w2Gradient = w2Gradient.Skip(2 * step);
        }
    }

    /// <summary>Adds to the gradients of the window and of the first layer's weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FirstLayerBackward<TLanes, TRows, TMemory, TLayout>(
        TMemory w1,
        TMemory w1Gradient,
        TMemory window,
        TMemory windowGradient,
        TMemory stage,
        int units,
        TLayout layout,
        NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int memory = loops.Memory, slotStep = loops.SlotStep, step = layout.Step;
        for (int h = 0; h < units; h++)
        {
            var value = TRows.Load(stage, step);
            var gate = TRows.Load(stage.Skip(TRows.Count * step), step);
            TMemory slot = window, slotGradient = windowGradient;
            for (int m = 0; m < memory; m++)
            {
                var x = TRows.Load(slot, step);
                w1Gradient[0] = TRows.Dot(x, value, w1Gradient[0]);
                w1Gradient[step] = TRows.Dot(x, gate, w1Gradient[step]);
                var sum = TRows.MultiplyAdd(value, w1[0], TRows.Load(slotGradient, step));
                TRows.MultiplyAdd(gate, w1[step], sum).Store(slotGradient, step);
                slot = slot.Skip(slotStep);
                slotGradient = slotGradient.Skip(slotStep);
                w1 = w1.Skip(2 * step);
                w1Gradient = w1Gradient.Skip(2 * step);
            }

            stage = stage.Skip(2 * TRows.Count * step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PackedParameters<TMemory> Next<TLanes, TMemory>(
        PackedParameters<TMemory> at, int units, int step, NeuronLevelModelLoops loops)
        where TLanes : unmanaged
        where TMemory : struct, ILaneMemory<TMemory, TLanes> => new()
        {
            W1 = at.W1.Skip(2 * units * loops.Memory * step),
            B1 = at.B1.Skip(2 * units * step),
            W2 = at.W2.Skip(2 * units * step),
            B2 = at.B2,
        };

    private static int Smaller(int a, int b) => a < b ? a : b;
}
