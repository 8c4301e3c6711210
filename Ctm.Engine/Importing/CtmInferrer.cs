using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Engine.Importing;

/// <summary>Kind <c>ctm</c>: models/ctm.py of the reference, for images, mazes and parity.</summary>
internal sealed class CtmInferrer : IConfigurationInferrer
{
    /// <inheritdoc/>
    public string Kind => ModelKinds.Default;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReferenceKeys { get; } =
    [
        "iterations", "d_model", "d_input", "heads", "n_synch_out", "n_synch_action", "synapse_depth", "memory_length", "deep_nlms",
        "memory_hidden_dims", "do_layernorm_nlm", "backbone_type", "positional_embedding_type", "out_dims", "prediction_reshaper",
        "dropout", "dropout_nlm", "neuron_select_type", "n_random_pairing_self",
    ];

    /// <inheritdoc/>
    public bool Recognizes(StateDictionary state) =>
        state.Names.Any(n => n.StartsWith("trace_processor.", StringComparison.Ordinal))
        && state.Names.Any(n => n.StartsWith("attention.", StringComparison.Ordinal))
        && !state.Names.Any(n => n.StartsWith("backbone_digit.", StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        draft.TakeNumber("iterations", fallback: null);
        SharedInference.Neurons(draft, string.Empty);
        draft.Size(
            "d_input",
            draft.Axis("kv_proj.1.weight", 0),
            draft.Axis("q_proj.weight", 0),
            draft.Axis("attention.out_proj.weight", 0),
            draft.Axis("attention.in_proj_weight", 1));
        draft.TakeNumber("heads", fallback: null);
        draft.Size("n_synch_out", draft.Axis("out_neuron_indices_left", 0), draft.Axis("out_neuron_indices_right", 0));
        draft.Size("n_synch_action", draft.Axis("action_neuron_indices_left", 0), draft.Axis("action_neuron_indices_right", 0));
        SharedInference.SynapseDepth(draft, string.Empty);
        SharedInference.MemoryLength(draft, string.Empty);
        SharedInference.NeuronLevelModels(draft, string.Empty);
        InputInference.Backbone(draft);
        InputInference.Positions(draft);
        long outputs = draft.Size("out_dims", draft.Axis("output_projector.0.weight", 0), draft.Axis("output_projector.0.bias", 0));
        InputInference.PredictionReshaper(draft, outputs);
        draft.Take("dropout", draft.Setting("dropout"), 0);
        draft.Take("dropout_nlm", draft.Setting("dropout_nlm"), fallback: null);
        SharedInference.NeuronSelection(draft, string.Empty, "out", "action");
        SharedInference.SelfPairs(draft, string.Empty, "out", "action");
        InputInference.ImageChannels(draft);
    }
}
