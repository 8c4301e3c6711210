using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Activations;
using Ctm.Kernels.Attention;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Elementwise;
using Ctm.Kernels.Losses;
using Ctm.Kernels.NeuronLevelModels;
using Ctm.Kernels.Normalization;
using Ctm.Kernels.Optimizers;

namespace Ctm.Engine.Costs;

/// <summary>
/// What a training step of a <see cref="ContinuousThoughtMachine"/> with the backbone <c>none</c> costs, kernel by kernel: launches,
/// operations and bytes as functions of the configuration, without running anything.
/// </summary>
public static class CtmCosts
{
    /// <summary>The costs of one step: forward with the two-tick loss, backward, AdamW.</summary>
    /// <param name="c">The configuration.</param>
    /// <param name="batch">Samples B.</param>
    /// <param name="tokens">Tokens N.</param>
    /// <param name="hasCurriculum">Whether the loss is that of mazes, whose positions count as far as they are solved.</param>
    /// <param name="parameters">Trained values, from <see cref="ModelConfiguration.CountParameters"/>.</param>
    /// <param name="precision">How weights and histories are kept.</param>
    /// <exception cref="ModelConfigurationException">When the configuration has parts that are not counted here.</exception>
    public static IReadOnlyList<KernelCost> Of(
        CtmConfiguration c,
        int batch,
        int tokens,
        bool hasCurriculum,
        long parameters,
        StoragePrecision precision = StoragePrecision.Single)
    {
        c.Validate();
        if (!c.HasNeuronLevelModels || !c.HasSynchronization || c.Backbone != "none" || c.PositionalEmbedding != "none"
            || c.NormalizeHistory || c.Dropout > 0f || c.DropoutNlm > 0f)
        {
            throw new ModelConfigurationException(
                "Costs are counted for backbone_type none, no positional embedding, no dropout, no do_layernorm_nlm, and with "
                + "neuron_level_models and synchronization.");
        }

        int d = c.Neurons, e = c.InputWidth, rows = batch * tokens;
        int actionPairs = Synchronization.CountPairs(c.NeuronSelection, c.ActionNeurons);
        int outputPairs = Synchronization.CountPairs(c.NeuronSelection, c.OutputNeurons);
        var collect = new CostCollector(c.Ticks, batch, precision);
        collect.Add(StepPhase.Forward, nameof(Kernels.Elementwise), "clear gradients", 0, ElementwiseKernels.Bytes((int)parameters, 0));
        collect.Linear("kv_proj.0", rows, c.ImageChannels, e, everyTick: false, inputGradient: false);
        collect.LayerNorm("kv_proj.1", rows, e, everyTick: false);
        collect.Linear("keys and values", rows, e, 2 * e, everyTick: false);
        collect.Add(StepPhase.Forward, nameof(Kernels.Synchronization), "decays", 0, 0, calls: 2);
        collect.Add(StepPhase.Forward, nameof(Kernels.Elementwise), "start state", 0, ElementwiseKernels.Bytes(batch * d, 0));
        collect.SumRows("start state", batch, d);
        collect.Synchronizations(d, actionPairs, outputPairs);
        collect.Fold("query", actionPairs, e, e);
        collect.Linear("query", batch, actionPairs, e, everyTick: true);
        collect.Cross("state", batch * d);
        Attention(collect, new AttentionShape(batch, tokens, c.Heads, e));
        SynapseModel(collect, batch, e, d, c.SynapseDepth);
        int hidden = c.DeepNeuronLevelModels ? c.HiddenWidth : 0;
        Neurons(collect, new NeuronLevelModelShape(d, c.MemoryLength, hidden, batch, c.Ticks, Precision: precision));
        collect.Linear("output_projector", c.Ticks * batch, outputPairs, c.OutputWidth, everyTick: false);
        Loss(collect, new LossShape(c.Ticks, batch, c.Positions, c.Classes), hasCurriculum);
        double bytes = sizeof(float) * (double)parameters;
        if (precision == StoragePrecision.Half)
        {
            double moved = ElementwiseKernels.Bytes((int)parameters, 1);
            collect.Add(StepPhase.Optimizer, nameof(Kernels.Elementwise), "loss scale", parameters, moved);
        }

        collect.Add(StepPhase.Optimizer, nameof(Kernels.Optimizers), "global norm", 2.0 * parameters, bytes, launches: 2);
        collect.Add(
            StepPhase.Optimizer,
            nameof(Kernels.Optimizers),
            "AdamW",
            OptimizerKernels.AdamWFlops((int)parameters),
            OptimizerKernels.AdamWBytes((int)parameters));
        return collect.Costs;
    }

    private static void Attention(CostCollector collect, AttentionShape shape)
    {
        const string family = nameof(Kernels.Attention);
        collect.Add(
            StepPhase.Forward,
            family,
            "attend",
            AttentionKernels.ForwardFlops(shape),
            AttentionKernels.ForwardBytes(shape),
            everyTick: true);
        collect.Add(
            StepPhase.Backward,
            family,
            "query",
            AttentionKernels.BackwardQueryFlops(shape),
            AttentionKernels.BackwardQueryBytes(shape),
            everyTick: true);
        collect.Add(
            StepPhase.Backward,
            nameof(Kernels.Elementwise),
            "clear keys and values",
            0,
            ElementwiseKernels.Bytes(shape.Batch * shape.Tokens * 2 * shape.Width, 0));
        foreach ((int ticks, int calls) in collect.Segments())
        {
            collect.Add(
                StepPhase.Backward,
                family,
                "keys and values",
                AttentionKernels.BackwardKeysValuesFlops(ticks, shape),
                AttentionKernels.BackwardKeysValuesBytes(ticks, shape),
                calls: calls);
        }
    }

    private static void SynapseModel(CostCollector collect, int batch, int inputs, int neurons, int depth)
    {
        int first = depth == 1 ? 2 * neurons : neurons;
        collect.Fold("synapse input", inputs, inputs, first);
        collect.Linear("synapse input", batch, inputs, first, everyTick: true);
        collect.Linear("synapse state", batch, neurons, first, everyTick: true, hasBias: false, accumulate: true, isCarried: true);
        if (depth == 1)
        {
            const string family = nameof(Kernels.Activations);
            collect.Add(StepPhase.Forward, family, "glu", 0, ActivationKernels.GluForwardBytes(batch, neurons), everyTick: true);
            collect.Add(StepPhase.Backward, family, "glu", 0, ActivationKernels.GluBackwardBytes(batch, neurons), everyTick: true);
            collect.LayerNorm("synapse", batch, neurons, everyTick: true);
            return;
        }

        int[] widths = SynapseUNet.Widths(neurons, depth);
        collect.LayerNorm("synapse first", batch, neurons, everyTick: true, activation: NormalizationActivation.Silu);
        for (int i = 0; i < depth - 2; i++)
        {
            collect.Linear($"synapse down {i}", batch, widths[i], widths[i + 1], everyTick: true);
            collect.LayerNorm($"synapse down {i}", batch, widths[i + 1], everyTick: true, activation: NormalizationActivation.Silu);
            collect.Linear($"synapse up {i}", batch, widths[i + 1], widths[i], everyTick: true);
            collect.SkipNorm($"synapse skip {i}", batch, widths[i]);
        }

        collect.Bottleneck("synapse bottleneck", batch, widths[depth - 2], widths[depth - 1]);
    }

    private static void Neurons(CostCollector collect, NeuronLevelModelShape shape)
    {
        const string family = nameof(Kernels.NeuronLevelModels);
        int layers = shape.HiddenWidth > 0 ? 2 : 1;
        collect.Add(StepPhase.Forward, family, "pack", 0, 0, launches: layers);
        collect.Add(StepPhase.Forward, family, "start trace", 0, 0);
        if (shape.Precision == StoragePrecision.Half)
        {
            // What is not kept in half precision is rounded to it.
            int rounds = shape.HiddenWidth > 0 && shape.Batch > 1 ? 0 : 1;
            collect.Round("packed parameters and start trace", calls: 2, rounds);
            collect.Round("pre-activation", shape.Ticks, rounds);
        }

        collect.Add(StepPhase.Forward, family, "neurons", shape.ForwardFlops(), shape.ForwardBytes(), everyTick: true);
        int launches = shape.BackwardDeviceLaunches;
        collect.Add(
            StepPhase.Backward, family, "neurons", shape.BackwardFlops(), shape.BackwardBytes(), everyTick: true, deviceLaunches: launches);

        // Weights and biases of a layer, then its temperature; at the end the start trace.
        collect.Add(StepPhase.Backward, family, "unpack", 0, 0, launches: (2 * layers) + 1);
    }

    private static void Loss(CostCollector collect, LossShape shape, bool hasCurriculum)
    {
        const string family = nameof(Kernels.Losses);
        collect.Add(StepPhase.Forward, family, "evaluate", LossKernels.EvaluateFlops(shape), LossKernels.EvaluateBytes(shape));
        if (hasCurriculum)
        {
            collect.Add(StepPhase.Forward, family, "curriculum", 0, sizeof(int) * (double)shape.Batch * (shape.Ticks + 1));
        }

        double chosen = shape.Predictions + (4.0 * shape.Ticks * shape.Batch);
        collect.Add(StepPhase.Forward, family, "choose ticks", 0, sizeof(float) * chosen, launches: 3);
        collect.Add(StepPhase.Forward, family, "gradient", 0, sizeof(float) * (1 + (2.0 / shape.Ticks)) * shape.Logits);
    }
}
