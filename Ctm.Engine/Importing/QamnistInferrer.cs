using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Engine.Importing;

/// <summary>Kind <c>ctm_qamnist</c>: models/ctm_qamnist.py, the CTM that answers questions about digits.</summary>
internal sealed class QamnistInferrer : IConfigurationInferrer
{
    /// <inheritdoc/>
    public string Kind => ModelKinds.Qamnist;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReferenceKeys { get; } =
    [
        "iterations", "d_model", "d_input", "heads", "n_synch_out", "n_synch_action", "synapse_depth", "memory_length",
        "deep_nlms", "memory_hidden_dims", "do_layernorm_nlm", "out_dims", "iterations_per_digit",
        "iterations_per_question_part", "iterations_for_answering", "prediction_reshaper", "dropout", "dropout_nlm",
        "neuron_select_type", "n_random_pairing_self",
    ];

    /// <inheritdoc/>
    public bool Recognizes(StateDictionary state) =>
        state.HasBelow("trace_processor.") && state.HasBelow("backbone_digit.");

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        // Without meaning, but an argument of the reference's constructor.
        draft.TakeNumber("iterations", fallback: 1);
        SharedInference.Neurons(draft, string.Empty);
        SharedInference.Attention(draft);
        SharedInference.Machine(draft, string.Empty, hasAction: true);
        SharedInference.Outputs(draft);
        InputInference.QuestionTicks(draft);
        InputInference.OneDistribution(draft);
        SharedInference.Dropout(draft);
        SharedInference.Pairs(draft, string.Empty, "out", "action");
    }
}
