using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Engine.Importing;

/// <summary>Kind <c>ff</c>: models/ff.py, the baseline that answers at once.</summary>
internal sealed class FeedForwardInferrer : IConfigurationInferrer
{
    /// <inheritdoc/>
    public string Kind => ModelKinds.FeedForward;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReferenceKeys { get; } =
    [
        "d_model", "backbone_type", "out_dims", "dropout",
    ];

    /// <inheritdoc/>
    public bool Recognizes(StateDictionary state) =>
        state.HasBelow("output_projector.6.") && state.HasBelow("backbone.");

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        draft.Size("d_model", draft.Axis("output_projector.3.weight", 0), draft.Axis("output_projector.6.weight", 1));
        InputInference.Backbone(draft);
        long outputs = draft.Size("out_dims", draft.Axis("output_projector.6.weight", 0), draft.Axis("output_projector.6.bias", 0));
        draft.Take("dropout", draft.Setting("dropout"), 0);
        InputInference.PredictionReshaper(draft, outputs);
        InputInference.ImageChannels(draft);
    }
}
