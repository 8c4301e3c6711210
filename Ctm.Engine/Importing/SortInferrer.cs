using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Engine.Importing;

/// <summary>Kind <c>ctm_sort</c>: models/ctm_sort.py, the CTM without attention.</summary>
internal sealed class SortInferrer : IConfigurationInferrer
{
    /// <inheritdoc/>
    public string Kind => ModelKinds.Sort;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReferenceKeys { get; } =
    [
        "iterations", "d_model", "d_input", "heads", "n_synch_out", "n_synch_action", "synapse_depth", "memory_length",
        "deep_nlms", "memory_hidden_dims", "do_layernorm_nlm", "backbone_type", "positional_embedding_type", "out_dims",
        "prediction_reshaper", "dropout", "dropout_nlm", "neuron_select_type", "n_random_pairing_self",
    ];

    /// <inheritdoc/>
    public bool Recognizes(StateDictionary state) =>
        state.HasBelow("trace_processor.") && state.HasBelow("start_activated_state") && !state.HasBelow("attention.");

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        draft.TakeNumber("iterations", fallback: null);
        SharedInference.Neurons(draft, string.Empty);
        long? neurons = draft.Axis("start_trace", 0);
        draft.Size(
            "d_input",
            draft.Axis("output_projector.0.weight", 0) - 1,
            draft.Axis("synapses.1.weight", 1) - neurons,
            draft.Axis("synapses.first_projection.0.weight", 1) - neurons);

        // Without meaning, but an argument of the reference's constructor.
        draft.TakeNumber("heads", fallback: 1);
        SharedInference.Machine(draft, string.Empty, hasAction: false);
        draft.Take("backbone_type", "none", fallback: null);
        draft.Take("positional_embedding_type", "none", fallback: null);
        SharedInference.Outputs(draft);
        InputInference.OneDistribution(draft);
        SharedInference.Dropout(draft);
        SharedInference.Pairs(draft, string.Empty, "out");
    }
}
