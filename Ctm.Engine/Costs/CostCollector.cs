using Ctm.Engine.Autograd;
using Ctm.Kernels.Bottleneck;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Elementwise;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Normalization;
using Ctm.Kernels.Synchronization;

namespace Ctm.Engine.Costs;

/// <summary>Collects the costs of layers, as the modules of the same names call kernels.</summary>
/// <param name="ticks">Ticks T.</param>
/// <param name="batch">Samples B.</param>
/// <param name="precision">How packed weights are kept.</param>
internal sealed class CostCollector(int ticks, int batch, StoragePrecision precision)
{
    private readonly List<KernelCost> costs = [];

    public IReadOnlyList<KernelCost> Costs => costs;

    /// <summary>A kernel that is launched once a call everywhere.</summary>
    public void Add(
        StepPhase phase,
        string family,
        string kernel,
        double flops,
        double bytes,
        bool everyTick = false,
        int launches = 1,
        int calls = 1,
        int deviceLaunches = 0)
    {
        int times = calls * (everyTick ? ticks : 1), onDevice = deviceLaunches > 0 ? deviceLaunches : launches;
        costs.Add(new KernelCost(phase, family, kernel, times, everyTick, launches, onDevice, flops, bytes));
    }

    /// <summary>A linear layer of so many rows, in every tick or once.</summary>
    public void Linear(
        string name,
        int rows,
        int inputs,
        int outputs,
        bool everyTick,
        bool inputGradient = true,
        bool hasBias = true,
        bool accumulate = false,
        bool isCarried = false)
    {
        Pack(StepPhase.Forward, name, inputs, outputs, kept: precision);
        var product = new MatrixProduct(rows, outputs, inputs) { Accumulate = accumulate, PrecisionB = precision };
        Product(StepPhase.Forward, name, product, everyTick);
        LinearBackward(name, rows, inputs, outputs, everyTick, inputGradient, hasBias, accumulate, isCarried);
    }

    /// <summary>The backward pass of a linear layer.</summary>
    private void LinearBackward(
        string name,
        int rows,
        int inputs,
        int outputs,
        bool everyTick,
        bool inputGradient = true,
        bool hasBias = true,
        bool accumulate = false,
        bool isCarried = false)
    {
        if (inputGradient)
        {
            Pack(StepPhase.Backward, name + " input", outputs, inputs, kept: precision);
            var product = new MatrixProduct(rows, inputs, outputs) { Accumulate = accumulate, PrecisionB = precision };
            Product(StepPhase.Backward, name + " input", product, everyTick);
        }

        foreach ((int all, int calls) in Segments(rows, everyTick))
        {
            // What crosses into a segment lies elsewhere than the other ticks of it.
            foreach (int part in isCarried && all > rows ? [rows, all - rows] : new[] { all })
            {
                Product(StepPhase.Backward, name + " weight", new MatrixProduct(outputs, inputs, part) { Accumulate = true }, calls: calls);
            }

            if (hasBias)
            {
                SumRows(name + " bias", all, outputs, calls);
            }
        }
    }

    /// <summary>A rounding to half precision on the host, and on devices so many launches of it.</summary>
    public void Round(string name, int calls, int onDevice) =>
        costs.Add(new KernelCost(StepPhase.Forward, nameof(Kernels.Elementwise), name + " to half", calls, calls == ticks, 1, onDevice, 0, 0));

    /// <summary>Two linear layers made one, once a step.</summary>
    public void Fold(string name, int inputs, int middle, int outputs)
    {
        name += " fold";
        Product(StepPhase.Forward, name, new MatrixProduct(outputs, inputs, middle));
        Product(StepPhase.Forward, name + " bias", new MatrixProduct(outputs, 1, middle) { Accumulate = true });
        Product(StepPhase.Backward, name + " second", new MatrixProduct(outputs, middle, inputs) { Accumulate = true });
        Product(StepPhase.Backward, name + " second", new MatrixProduct(outputs, middle, 1) { Accumulate = true });
        Product(StepPhase.Backward, name + " first", new MatrixProduct(middle, inputs, outputs) { Accumulate = true });
        Product(StepPhase.Backward, name + " bias", new MatrixProduct(middle, 1, outputs) { Accumulate = true });
        const string family = nameof(Kernels.Elementwise);
        Add(StepPhase.Forward, family, name + " bias", 0, ElementwiseKernels.Bytes(outputs, 1));
        Add(StepPhase.Forward, family, name + " clear", 0, ElementwiseKernels.Bytes((inputs + 1) * outputs, 0), launches: 2);
        Add(StepPhase.Backward, family, name + " bias", outputs, ElementwiseKernels.Bytes(outputs, 2));
    }

    /// <summary>Layer normalisation in every tick or once.</summary>
    public void LayerNorm(
        string name,
        int rows,
        int width,
        bool everyTick,
        NormalizationActivation activation = NormalizationActivation.None)
    {
        Add(
            StepPhase.Forward,
            nameof(Kernels.Normalization),
            name,
            NormalizationCost.LayerNormForwardFlops(rows, width, addend: false, activation),
            NormalizationCost.LayerNormForwardBytes(rows, width, addend: false),
            everyTick);
        LayerNormBackward(name, rows, width, everyTick, activation);
    }

    private void LayerNormBackward(string name, int rows, int width, bool everyTick, NormalizationActivation activation)
    {
        Add(
            StepPhase.Backward,
            nameof(Kernels.Normalization),
            name + " input",
            NormalizationCost.LayerNormBackwardFlops(rows, width, addend: false, activation),
            NormalizationCost.LayerNormBackwardBytes(rows, width, addend: false),
            everyTick);

        NormParameters(name, rows, everyTick);
    }

    /// <summary>Two normalisations around a skip, in every tick.</summary>
    public void SkipNorm(string name, int rows, int width)
    {
        const string family = nameof(Kernels.Normalization);
        double flops = NormalizationCost.SkipNormForwardFlops(rows, width), bytes = NormalizationCost.SkipNormForwardBytes(rows, width);
        Add(StepPhase.Forward, family, name, flops, bytes, everyTick: true);
        SkipNormBackward(name, rows, width);
    }

    /// <summary>The narrowest level of a U-Net, in every tick: one kernel forward, its layers backward.</summary>
    public void Bottleneck(string name, int rows, int width, int narrow)
    {
        double flops = BottleneckKernels.ForwardFlops(rows, width, narrow), bytes = BottleneckKernels.ForwardBytes(rows, width, narrow);
        Add(StepPhase.Forward, nameof(Kernels.Bottleneck), name, flops, bytes, everyTick: true);
        LinearBackward(name + " down", rows, width, narrow, everyTick: true, accumulate: true);
        LayerNormBackward(name + " down", rows, narrow, everyTick: true, NormalizationActivation.Silu);
        LinearBackward(name + " up", rows, narrow, width, everyTick: true);
        SkipNormBackward(name + " skip", rows, width);
    }

    private void SkipNormBackward(string name, int rows, int width)
    {
        double flops = NormalizationCost.SkipNormBackwardFlops(rows, width), bytes = NormalizationCost.SkipNormBackwardBytes(rows, width);
        Add(StepPhase.Backward, nameof(Kernels.Normalization), name + " input", flops, bytes, everyTick: true);
        NormParameters(name + " first", rows, everyTick: true);
        NormParameters(name + " second", rows, everyTick: true);
    }

    /// <summary>The segments that the ticks are divided into: their length, and how many there are. The last may be shorter.</summary>
    public IEnumerable<(int Ticks, int Calls)> Segments()
    {
        int length = Math.Min(ticks, Tape.SegmentTicks(batch));
        yield return (length, ticks / length);
        if (ticks % length > 0)
        {
            yield return (ticks % length, 1);
        }
    }

    /// <summary>What crosses from one segment to the next, so many floats, forward and backward.</summary>
    public void Cross(string name, int length)
    {
        int times = Segments().Sum(s => s.Calls) - 1;
        foreach (StepPhase phase in times > 0 ? new[] { StepPhase.Forward, StepPhase.Backward } : [])
        {
            Add(phase, nameof(Kernels.Elementwise), name, 0, ElementwiseKernels.Bytes(length, 1), calls: times);
        }
    }

    /// <summary>A sum over rows, outside of ticks.</summary>
    public void SumRows(string name, int rows, int width, int calls = 1) => Add(
        StepPhase.Backward,
        nameof(Kernels.Elementwise),
        name,
        (double)rows * width,
        sizeof(float) * ((double)rows + 2) * width,
        launches: ElementwiseKernels.SumRowsLaunches(rows),
        calls: calls);

    /// <summary>
    /// Both synchronizations: the output's starts before the first tick, then a step of both at every tick. Forward, those share a launch,
    /// but for the first step of the one and the last of the other.
    /// </summary>
    public void Synchronizations(int neurons, int actionPairs, int outputPairs)
    {
        const string family = nameof(Kernels.Synchronization);
        double flops = SynchronizationKernels.ForwardFlops(batch, outputPairs);
        double bytes = SynchronizationKernels.ForwardBytes(batch, neurons, outputPairs);
        Add(StepPhase.Forward, family, "start", flops, bytes);
        flops += SynchronizationKernels.ForwardFlops(batch, actionPairs);
        bytes += SynchronizationKernels.ForwardBytes(batch, neurons, actionPairs);
        Add(StepPhase.Forward, family, "both", flops, bytes, everyTick: true);
        Add(StepPhase.Forward, family, "first and last", 0, 0);
        Backward("action", actionPairs, everyTick: true);
        Backward("out", outputPairs, everyTick: true);
        Backward("out", outputPairs, everyTick: false);

        // The pairs' gradients, then the states'.
        void Backward(string name, int pairs, bool everyTick) => Add(
            StepPhase.Backward,
            family,
            name,
            SynchronizationKernels.BackwardFlops(batch, pairs),
            SynchronizationKernels.BackwardBytes(batch, neurons, pairs),
            everyTick,
            launches: 2);
    }

    // Rows that parameter gradients are formed of at once, and how often.
    private IEnumerable<(int Rows, int Calls)> Segments(int rows, bool everyTick) =>
        everyTick ? Segments().Select(s => (s.Ticks * rows, s.Calls)) : [(rows, 1)];

    // The parameters' share of operations and bytes is counted with the input's.
    private void NormParameters(string name, int rows, bool everyTick)
    {
        foreach ((int all, int calls) in Segments(rows, everyTick))
        {
            int launches = ElementwiseKernels.SumRowsLaunches(all);
            Add(StepPhase.Backward, nameof(Kernels.Normalization), name + " parameters", 0, 0, launches: launches, calls: calls);
        }
    }

    private void Product(StepPhase phase, string name, in MatrixProduct product, bool everyTick = false, int calls = 1) =>
        Add(phase, KernelCost.MatrixFamily, name, product.Flops, product.Bytes, everyTick, 1, calls, product.DeviceLaunches);

    // Only the host reorders the right-hand side, once a step; rounding it to half precision is a launch everywhere.
    private void Pack(StepPhase phase, string name, int k, int n, int calls = 1, StoragePrecision kept = StoragePrecision.Single)
    {
        bool isHalf = kept == StoragePrecision.Half;
        double bytes = (isHalf ? 1.5 : 2) * sizeof(float) * k * n;
        costs.Add(new KernelCost(phase, KernelCost.MatrixFamily, name + " pack", calls, false, isHalf ? 2 : 1, isHalf ? 1 : 0, 0, bytes));
    }
}
