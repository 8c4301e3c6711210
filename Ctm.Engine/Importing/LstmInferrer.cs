using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Engine.Importing;

/// <summary>Kind <c>lstm</c>: models/lstm.py, the recurrent baseline.</summary>
internal sealed class LstmInferrer : IConfigurationInferrer
{
    /// <inheritdoc/>
    public string Kind => ModelKinds.Lstm;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReferenceKeys { get; } =
    [
        "iterations", "d_model", "d_input", "heads", "backbone_type", "num_layers", "positional_embedding_type", "out_dims",
        "prediction_reshaper", "dropout",
    ];

    /// <inheritdoc/>
    public bool Recognizes(StateDictionary state) =>
        state.HasBelow("lstm.") && state.HasBelow("attention.");

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        draft.TakeNumber("iterations", fallback: null);
        draft.Size("d_model", draft.Axis("lstm.weight_hh_l0", 1), draft.Axis("start_hidden_state", 1), draft.Axis("start_cell_state", 1));
        SharedInference.Attention(draft);
        InputInference.Backbone(draft);
        int layers = draft.Below("lstm.weight_ih_l").Count();
        draft.Size("num_layers", layers, draft.Axis("start_hidden_state", 0), draft.Axis("start_cell_state", 0));
        InputInference.Positions(draft);
        long outputs = SharedInference.Outputs(draft);
        InputInference.PredictionReshaper(draft, outputs);
        draft.Take("dropout", draft.Setting("dropout"), 0);
        InputInference.ImageChannels(draft);
    }
}
