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
        state.HasBelow("trace_processor.") && state.HasBelow("attention.") && !state.HasBelow("backbone_digit.");

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        draft.TakeNumber("iterations", fallback: null);
        SharedInference.Neurons(draft, string.Empty);
        SharedInference.Attention(draft);
        SharedInference.Machine(draft, string.Empty, hasAction: true);
        InputInference.Backbone(draft);
        InputInference.Positions(draft);
        long outputs = SharedInference.Outputs(draft);
        InputInference.PredictionReshaper(draft, outputs);
        SharedInference.Dropout(draft);
        SharedInference.Pairs(draft, string.Empty, "out", "action");
        InputInference.ImageChannels(draft);
    }
}
