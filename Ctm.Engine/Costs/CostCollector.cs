using Ctm.Kernels.Elementwise;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Normalization;

namespace Ctm.Engine.Costs;

/// <summary>Collects the costs of layers, as the modules of the same names call kernels.</summary>
/// <param name="ticks">Ticks T.</param>
/// <param name="batch">Samples B.</param>
internal sealed class CostCollector(int ticks, int batch)
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
        int calls = 1) =>
        costs.Add(new KernelCost(phase, family, kernel, calls * (everyTick ? ticks : 1), everyTick, launches, launches, flops, bytes));

    /// <summary>A linear layer of so many rows, in every tick or once.</summary>
    public void Linear(string name, int rows, int inputs, int outputs, bool everyTick, bool inputGradient = true)
    {
        Pack(StepPhase.Forward, name, inputs, outputs);
        Product(StepPhase.Forward, name, new MatrixProduct(rows, outputs, inputs), everyTick);
        if (inputGradient)
        {
            Pack(StepPhase.Backward, name + " input", outputs, inputs);
            Product(StepPhase.Backward, name + " input", new MatrixProduct(rows, inputs, outputs), everyTick);
        }

        int all = everyTick ? ticks * rows : rows;
        Pack(StepPhase.Backward, name + " weight", all, inputs);
        Product(StepPhase.Backward, name + " weight", new MatrixProduct(outputs, inputs, all) { Accumulate = true }, everyTick: false);
        SumRows(name + " bias", all, outputs);
    }

    /// <summary>Layer normalisation in every tick or once.</summary>
    public void LayerNorm(
        string name,
        int rows,
        int width,
        bool everyTick,
        bool addend = false,
        NormalizationActivation activation = NormalizationActivation.None)
    {
        Add(
            StepPhase.Forward,
            nameof(Kernels.Normalization),
            name,
            NormalizationCost.LayerNormForwardFlops(rows, width, addend, activation),
            NormalizationCost.LayerNormForwardBytes(rows, width, addend),
            everyTick);
        Add(
            StepPhase.Backward,
            nameof(Kernels.Normalization),
            name + " input",
            NormalizationCost.LayerNormBackwardFlops(rows, width, addend, activation),
            NormalizationCost.LayerNormBackwardBytes(rows, width, addend),
            everyTick);

        // The parameters' share of operations and bytes is counted with the input's.
        int all = everyTick ? ticks * rows : rows;
        int launches = ElementwiseKernels.SumRowsLaunches(all);
        Add(StepPhase.Backward, nameof(Kernels.Normalization), name + " parameters", 0, 0, launches: launches);
        if (addend)
        {
            Copy(StepPhase.Backward, name + " addend", rows * width);
        }
    }

    /// <summary>Copies of so many floats at every tick.</summary>
    public void Copy(StepPhase phase, string name, int length) =>
        Add(phase, nameof(Kernels.Elementwise), name, 0, ElementwiseKernels.Bytes(length, 1), everyTick: true);

    /// <summary>A sum over rows, once.</summary>
    public void SumRows(string name, int rows, int width) => Add(
        StepPhase.Backward,
        nameof(Kernels.Elementwise),
        name,
        (double)rows * width,
        sizeof(float) * ((double)rows + 2) * width,
        launches: ElementwiseKernels.SumRowsLaunches(rows));

    /// <summary>One step of a synchronization, at every tick and <paramref name="extra"/> times more.</summary>
    public void Synchronization(string name, int neurons, int pairs, int extra)
    {
        foreach ((bool everyTick, int calls) in new[] { (true, 1), (false, extra) })
        {
            if (calls == 0)
            {
                continue;
            }

            Add(
                StepPhase.Forward,
                nameof(Kernels.Synchronization),
                name,
                Kernels.Synchronization.SynchronizationKernels.ForwardFlops(batch, pairs),
                Kernels.Synchronization.SynchronizationKernels.ForwardBytes(batch, neurons, pairs),
                everyTick,
                calls: calls);

            // The pairs' gradients, then the states'.
            Add(
                StepPhase.Backward,
                nameof(Kernels.Synchronization),
                name,
                Kernels.Synchronization.SynchronizationKernels.BackwardFlops(batch, pairs),
                Kernels.Synchronization.SynchronizationKernels.BackwardBytes(batch, neurons, pairs),
                everyTick,
                launches: 2,
                calls: calls);
        }
    }

    private void Product(StepPhase phase, string name, in MatrixProduct product, bool everyTick) =>
        Add(phase, KernelCost.MatrixFamily, name, product.Flops, product.Bytes, everyTick);

    // Only the host reorders the right-hand side, once a step.
    private void Pack(StepPhase phase, string name, int k, int n) => costs.Add(
        new KernelCost(phase, KernelCost.MatrixFamily, name + " pack", 1, false, 1, 0, 0, sizeof(float) * 2.0 * k * n));
}
