using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Engine.Importing;

/// <summary>Kind <c>lstm_qamnist</c>: models/lstm_qamnist.py, the baseline that answers questions about digits.</summary>
internal sealed class QamnistLstmInferrer : IConfigurationInferrer
{
    /// <inheritdoc/>
    public string Kind => ModelKinds.QamnistLstm;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReferenceKeys { get; } =
    [
        "iterations", "d_model", "d_input", "heads", "out_dims", "iterations_per_digit", "iterations_per_question_part",
        "iterations_for_answering", "prediction_reshaper",
    ];

    /// <inheritdoc/>
    public bool Recognizes(StateDictionary state) =>
        state.HasBelow("lstm_cell.") && state.HasBelow("backbone_digit.");

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        // Without meaning, but an argument of the reference's constructor.
        draft.TakeNumber("iterations", fallback: 1);
        draft.Size(
            "d_model", draft.Axis("lstm_cell.weight_hh", 1), draft.Axis("start_hidden_state", 0), draft.Axis("start_cell_state", 0));
        SharedInference.Attention(draft);
        SharedInference.Outputs(draft);
        InputInference.QuestionTicks(draft);
        InputInference.OneDistribution(draft);
    }
}
