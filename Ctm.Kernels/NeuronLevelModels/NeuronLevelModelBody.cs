using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>Cursors at one block's packed parameters, or at their gradients.</summary>
internal struct PackedParameters<TMemory>
    where TMemory : struct
{
    public TMemory W1, B1, W2, B2;
}

/// <summary>What steers the loops over one tile: SlotStep is from a slot to the next and from the GLU's values to its gates.</summary>
internal struct NeuronLevelModelLoops
{
    public int Memory, Hidden, SlotStep;
}

/// <summary>
/// The neuron-level models of one block of neurons for one tile of batch rows. Deep: z = GLU(GLU(window w1 + b1) w2 + b2); linear:
/// z = GLU(window w1 + b1); temperatures are in the packed weights. Backward adds to every gradient and recomputes the hidden values.
/// </summary>
/// <remarks>
/// A LayerNorm over the window would become two more row tiles before the loops (mean and reciprocal deviation over m) and one
/// MultiplyAdd after each load of x; dropout a mask on the same load, drawn anew from its counter in backward.
/// The bodies must stay small: past about 400 inlined calls the JIT leaves calls in, and every vector goes through memory
/// (HostBodyGuardTests). AggressiveOptimization: full speed from the first call on.
/// </remarks>
internal static class NeuronLevelModelBody
{
    /// <summary>Returns z and stores the outer GLU's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TRows Forward<TLanes, TRows, TMemory, TLayout>(
        PackedParameters<TMemory> parameters, TMemory window, TMemory outer, TLayout layout, NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int memory = loops.Memory, hidden = loops.Hidden, slotStep = loops.SlotStep, step = layout.Step;
        TMemory w1 = parameters.W1, b1 = parameters.B1, w2 = parameters.W2;
        var outerValue = TRows.Broadcast(parameters.B2[0]);
        var outerGate = TRows.Broadcast(parameters.B2[step]);
        for (int h = 0; h < hidden; h++)
        {
            var value = TRows.Broadcast(b1[0]);
            var gate = TRows.Broadcast(b1[step]);
            TMemory slot = window;
            for (int m = 0; m < memory; m++)
            {
                var x = TRows.Load(slot, step);
                value = TRows.MultiplyAdd(x, w1[0], value);
                gate = TRows.MultiplyAdd(x, w1[step], gate);
                slot = slot.Skip(slotStep);
                w1 = w1.Skip(2 * step);
            }

            var unit = value * TRows.Sigmoid(gate);
            outerValue = TRows.MultiplyAdd(unit, w2[0], outerValue);
            outerGate = TRows.MultiplyAdd(unit, w2[step], outerGate);
            b1 = b1.Skip(2 * step);
            w2 = w2.Skip(2 * step);
        }

        outerValue.Store(outer, step);
        outerGate.Store(outer.Skip(slotStep), step);
        return outerValue * TRows.Sigmoid(outerGate);
    }

    /// <summary>The linear form of <see cref="Forward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TRows ForwardLinear<TLanes, TRows, TMemory, TLayout>(
        PackedParameters<TMemory> parameters, TMemory window, TMemory outer, TLayout layout, NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int memory = loops.Memory, slotStep = loops.SlotStep, step = layout.Step;
        TMemory weight = parameters.W1;
        var value = TRows.Broadcast(parameters.B1[0]);
        var gate = TRows.Broadcast(parameters.B1[step]);
        for (int m = 0; m < memory; m++)
        {
            var x = TRows.Load(window, step);
            value = TRows.MultiplyAdd(x, weight[0], value);
            gate = TRows.MultiplyAdd(x, weight[step], gate);
            window = window.Skip(slotStep);
            weight = weight.Skip(2 * step);
        }

        value.Store(outer, step);
        gate.Store(outer.Skip(slotStep), step);
        return value * TRows.Sigmoid(gate);
    }

    /// <summary>
    /// One worker must call it for all tiles that share <paramref name="gradients"/>, in order: they are summed in place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TLanes, TRows, TMemory, TLayout>(
        PackedParameters<TMemory> parameters,
        PackedParameters<TMemory> gradients,
        TMemory window,
        TMemory windowGradient,
        TMemory outer,
        TRows outputGradient,
        TLayout layout,
        NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int memory = loops.Memory, hidden = loops.Hidden, slotStep = loops.SlotStep, step = layout.Step;
        TMemory w1 = parameters.W1, b1 = parameters.B1, w2 = parameters.W2;
        TMemory w1Gradient = gradients.W1, b1Gradient = gradients.B1, w2Gradient = gradients.W2, b2Gradient = gradients.B2;
        var one = TRows.Broadcast(TLanes.Broadcast(1f));
        var outerSigmoid = TRows.Sigmoid(TRows.Load(outer.Skip(slotStep), step));
        var outerValue = outputGradient * outerSigmoid;
        var outerGate = outerValue * TRows.Load(outer, step) * (one - outerSigmoid);
        b2Gradient[0] += TRows.Sum(outerValue);
        b2Gradient[step] += TRows.Sum(outerGate);
        for (int h = 0; h < hidden; h++)
        {
            var value = TRows.Broadcast(b1[0]);
            var gate = TRows.Broadcast(b1[step]);
            TMemory slot = window, weight = w1;
            for (int m = 0; m < memory; m++)
            {
                var x = TRows.Load(slot, step);
                value = TRows.MultiplyAdd(x, weight[0], value);
                gate = TRows.MultiplyAdd(x, weight[step], gate);
                slot = slot.Skip(slotStep);
                weight = weight.Skip(2 * step);
            }

            var sigmoid = TRows.Sigmoid(gate);
            var unit = value * sigmoid;
            w2Gradient[0] = TRows.Dot(unit, outerValue, w2Gradient[0]);
            w2Gradient[step] = TRows.Dot(unit, outerGate, w2Gradient[step]);
            var unitGradient = TRows.MultiplyAdd(outerGate, w2[step], outerValue * w2[0]);
            value = unitGradient * sigmoid;
            gate = unitGradient * unit * (one - sigmoid);
            b1Gradient[0] += TRows.Sum(value);
            b1Gradient[step] += TRows.Sum(gate);
            slot = window;
            TMemory slotGradient = windowGradient;
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

            b1 = b1.Skip(2 * step);
            b1Gradient = b1Gradient.Skip(2 * step);
            w2 = w2.Skip(2 * step);
            w2Gradient = w2Gradient.Skip(2 * step);
        }
    }

    /// <summary>The linear form of <see cref="Backward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BackwardLinear<TLanes, TRows, TMemory, TLayout>(
        PackedParameters<TMemory> parameters,
        PackedParameters<TMemory> gradients,
        TMemory window,
        TMemory windowGradient,
        TMemory outer,
        TRows outputGradient,
        TLayout layout,
        NeuronLevelModelLoops loops)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
        where TLayout : struct, INeuronLayout
    {
        int memory = loops.Memory, slotStep = loops.SlotStep, step = layout.Step;
        TMemory weight = parameters.W1, weightGradient = gradients.W1, biasGradient = gradients.B1;
        var sigmoid = TRows.Sigmoid(TRows.Load(outer.Skip(slotStep), step));
        var value = outputGradient * sigmoid;
        var gate = value * TRows.Load(outer, step) * (TRows.Broadcast(TLanes.Broadcast(1f)) - sigmoid);
        biasGradient[0] += TRows.Sum(value);
        biasGradient[step] += TRows.Sum(gate);
        for (int m = 0; m < memory; m++)
        {
            var x = TRows.Load(window, step);
            weightGradient[0] = TRows.Dot(x, value, weightGradient[0]);
            weightGradient[step] = TRows.Dot(x, gate, weightGradient[step]);
            var sum = TRows.MultiplyAdd(value, weight[0], TRows.Load(windowGradient, step));
            TRows.MultiplyAdd(gate, weight[step], sum).Store(windowGradient, step);
            window = window.Skip(slotStep);
            windowGradient = windowGradient.Skip(slotStep);
            weight = weight.Skip(2 * step);
            weightGradient = weightGradient.Skip(2 * step);
        }
    }
}
