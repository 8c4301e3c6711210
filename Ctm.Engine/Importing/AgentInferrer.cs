using System.Text.Json.Nodes;
using Ctm.Engine.Files;

namespace Ctm.Engine.Importing;

/// <summary>Kind <c>agent</c>: tasks/rl, a recurrent model with an actor and a critic.</summary>
internal sealed class AgentInferrer : IConfigurationInferrer
{
    private const string Model = "recurrent_model.";
    private const string Vector = Model + "backbone.input_projector.", Grid = Model + "backbone.project_to_d_projection.";

    /// <inheritdoc/>
    public string Kind => "agent";

    /// <inheritdoc/>
    public IReadOnlyList<string> ReferenceKeys { get; } =
    [
        "model_type", "backbone_type", "observation_shape", "size_action_space", "iterations", "d_model", "d_input", "n_synch_out",
        "synapse_depth", "memory_length", "deep_memory", "memory_hidden_dims", "do_normalisation", "dropout", "neuron_select_type",
        "continuous_state_trace",
    ];

    /// <inheritdoc/>
    public bool Recognizes(StateDictionary state) => state.HasBelow(Model) && state.HasBelow("actor.") && state.HasBelow("critic.");

    /// <inheritdoc/>
    public void Infer(ConfigurationDraft draft)
    {
        bool isLstm = draft.Below(Model + "lstm_cell.").Any(), isVector = draft.Below(Vector).Any();
        draft.Choose("model_type", draft.Setting("model_type"), [isLstm ? "lstm" : "ctm"]);
        draft.Choose("backbone_type", draft.Setting("backbone_type"), [isVector ? "classic-control-backbone" : "navigation-backbone"]);
        JsonArray observation = isVector && draft.Axis(Vector + "1.weight", 1) is { } values ? [values] : [7, 7, 3];
        draft.Choose("observation_shape", draft.Setting("observation_shape"), [observation]);
        draft.Size("size_action_space", draft.Axis("actor.4.weight", 0), draft.Axis("actor.4.bias", 0));
        draft.TakeNumber("iterations", fallback: null);
        if (isLstm)
        {
            draft.Size("d_model", draft.Axis(Model + "lstm_cell.weight_hh", 1), draft.Axis(Model + "start_hidden_state", 0));
        }
        else
        {
            SharedInference.Neurons(draft, Model);
        }

        draft.Size(
            "d_input",
            draft.Axis(Vector + "6.weight", 0),
            draft.Axis(Vector + "6.bias", 0),
            draft.Axis(Grid + "5.weight", 0),
            draft.Axis(Grid + "5.bias", 0));
        draft.Take("dropout", draft.Setting("dropout"), 0);
        draft.Take("continuous_state_trace", draft.Setting("continuous_state_trace"), fallback: true);
        if (!isLstm)
        {
            draft.Size(
                "n_synch_out",
                draft.Axis(Model + "out_neuron_indices_left", 0),
                draft.Axis(Model + "out_neuron_indices_right", 0),
                draft.Axis(Model + "diagonal_mask_out", 0));
            SharedInference.SynapseDepth(draft, Model);
            SharedInference.MemoryLength(draft, Model);
            SharedInference.NeuronLevelModels(draft, Model, "deep_memory", "do_normalisation");
            SharedInference.NeuronSelection(draft, Model, "out");
        }
    }
}
