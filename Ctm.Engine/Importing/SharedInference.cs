using System.Text.Json.Nodes;
using Ctm.Engine.Files;

namespace Ctm.Engine.Importing;

/// <summary>What the tensors of parts tell that several kinds of models have.</summary>
internal static class SharedInference
{
    /// <summary>Whether something is there, as a truth value.</summary>
    private static void Flag(ConfigurationDraft draft, string key, bool isThere, params ReadOnlySpan<string> legacyNames) =>
        draft.Choose(key, draft.Setting([key, .. legacyNames]), [JsonValue.Create(isThere)]);

    /// <summary>Width and heads of the attention.</summary>
    public static void Attention(ConfigurationDraft draft)
    {
        draft.Size(
            "d_input",
            draft.Axis("kv_proj.1.weight", 0),
            draft.Axis("q_proj.weight", 0),
            draft.Axis("attention.out_proj.weight", 0),
            draft.Axis("attention.in_proj_weight", 1));
        draft.TakeNumber("heads", fallback: null);
    }

    /// <summary>What the forms of the CTM have below a prefix: sizes of the synchronizations, synapse and neuron-level models.</summary>
    public static void Machine(ConfigurationDraft draft, string prefix, bool hasAction)
    {
        long outputs = draft.Size(
            "n_synch_out", draft.Axis(prefix + "out_neuron_indices_left", 0), draft.Axis(prefix + "out_neuron_indices_right", 0));
        if (hasAction)
        {
            draft.Size(
                "n_synch_action",
                draft.Axis(prefix + "action_neuron_indices_left", 0),
                draft.Axis(prefix + "action_neuron_indices_right", 0));
        }
        else
        {
            // Without meaning, but an argument of the reference's constructor.
            draft.TakeNumber("n_synch_action", outputs);
        }

        SynapseDepth(draft, prefix);
        MemoryLength(draft, prefix);
        if (draft.Below(prefix + "trace_processor.").Any())
        {
            NeuronLevelModels(draft, prefix);
        }
    }

    /// <summary>Values of one prediction.</summary>
    public static long Outputs(ConfigurationDraft draft) =>
        draft.Size("out_dims", draft.Axis("output_projector.0.weight", 0), draft.Axis("output_projector.0.bias", 0));

    /// <summary>Dropout of the forms of the CTM.</summary>
    public static void Dropout(ConfigurationDraft draft)
    {
        draft.Take("dropout", draft.Setting("dropout"), 0);
        draft.Take("dropout_nlm", draft.Setting("dropout_nlm"), fallback: null);
    }

    /// <summary>How neuron pairs are chosen below a prefix, for some synchronizations.</summary>
    public static void Pairs(ConfigurationDraft draft, string prefix, params string[] kinds)
    {
        if (kinds.Any(k => draft.Below($"{prefix}decay_params_{k}").Any()))
        {
            NeuronSelection(draft, prefix, kinds);
            SelfPairs(draft, prefix, kinds);
        }
    }

    /// <summary>Depth of the synapse model below a prefix that ends with a dot.</summary>
    public static void SynapseDepth(ConfigurationDraft draft, string prefix)
    {
        int downs = draft.Below(prefix + "synapses.down_projections.").Select(n => n[prefix.Length..].Split('.')[2]).Distinct().Count();
        bool isUNet = downs > 0 || draft.Below(prefix + "synapses.first_projection.").Any();
        bool isGated = draft.Axis(prefix + "synapses.1.weight", 0) is not null;
        draft.Size("synapse_depth", isUNet ? downs + 1 : isGated ? 1 : null);
    }

    /// <summary>Form and hidden width of the neuron-level models below a prefix.</summary>
    public static void NeuronLevelModels(
        ConfigurationDraft draft, string prefix, string deepKey = "deep_nlms", string normalizedKey = "do_layernorm_nlm")
    {
        string first = prefix + "trace_processor.0.0.", second = prefix + "trace_processor.0.2.";
        bool isDeep = draft.Below(second).Any();
        Flag(draft, deepKey, isDeep, "deep_memory");
        if (isDeep)
        {
            draft.Size(
                "memory_hidden_dims", draft.Axis(first + "w1", 1) / 2, draft.Axis(second + "w1", 0), draft.Axis(first + "b1", 2) / 2);
        }
        else
        {
            // Linear models have no hidden width, but the reference's constructor asks for one.
            draft.TakeNumber("memory_hidden_dims", 4);
        }

        bool isNormalized = draft.Below(first + "layernorm.").Any();
        Flag(draft, normalizedKey, isNormalized, "do_normalisation");
    }

    /// <summary>Number of neurons and length of their history below a prefix.</summary>
    public static void Neurons(ConfigurationDraft draft, string prefix)
    {
        string w1 = prefix + "trace_processor.0.0.w1";
        draft.Size(
            "d_model",
            draft.Axis(prefix + "start_activated_state", 0),
            draft.Axis(prefix + "start_trace", 0),
            draft.Axis(w1, 2),
            draft.Axis(prefix + "trace_processor.0.0.b1", 1),
            draft.Axis(prefix + "synapses.3.weight", 0),
            draft.Axis(prefix + "synapses.first_projection.1.weight", 0));
    }

    /// <summary>Length of the history below a prefix.</summary>
    public static void MemoryLength(ConfigurationDraft draft, string prefix) => draft.Size(
        "memory_length", draft.Axis(prefix + "start_trace", 1), draft.Axis(prefix + "trace_processor.0.0.w1", 0));

    /// <summary>How neuron pairs are chosen, from the index buffers and the number of decays of each synchronization.</summary>
    /// <param name="draft">Receives the value.</param>
    /// <param name="prefix">Prefix of the tensors.</param>
    /// <param name="kinds">The synchronizations: <c>out</c>, and <c>action</c> where there is one.</param>
    public static void NeuronSelection(ConfigurationDraft draft, string prefix, params string[] kinds)
    {
        long neurons = draft.Axis(prefix + "start_trace", 0) ?? 0;
        bool isPairing = kinds.All(k => draft.Axis($"{prefix}decay_params_{k}", 0) == Indices(draft, prefix, k, "left")?.Length);
        bool isTriangle = kinds.All(k => Indices(draft, prefix, k, "left") is { LongLength: var n }
            && draft.Axis($"{prefix}decay_params_{k}", 0) == n * (n + 1) / 2);
        bool isRun = kinds.All(
            k => IsRun(Indices(draft, prefix, k, "left"), Indices(draft, prefix, k, "right"), k == "action" ? neurons : null));
        var allowed = new List<JsonNode>();
        void Allow(bool holds, string name)
        {
            if (holds)
            {
                allowed.Add(name);
            }
        }

        Allow(isTriangle && isRun, "first-last");
        Allow(isTriangle, "random");
        Allow(isPairing, "random-pairing");
        JsonNode? setting = draft.Setting("neuron_select_type");
        if (allowed.Count == 0)
        {
            // Files from before the setting are first-last.
            draft.Take("neuron_select_type", setting, "first-last");
        }
        else
        {
            draft.Choose("neuron_select_type", setting, allowed);
        }
    }

    /// <summary>Number of pairs of a neuron with itself, which matters for drawing pairs only.</summary>
    private static void SelfPairs(ConfigurationDraft draft, string prefix, params string[] kinds)
    {
        const string Key = "n_random_pairing_self";
        bool isPairing = draft.Values.Any(v => v.Key == "neuron_select_type" && v.Value?.ToString() == "random-pairing");
        if (draft.Setting(Key) is { } setting || !isPairing)
        {
            draft.Take(Key, draft.Setting(Key), 0);
            return;
        }

        int most = kinds.Min(k => Indices(draft, prefix, k, "left")?.Length ?? 0) - 1;
        int leading = kinds.Min(k => Indices(draft, prefix, k, "left").AsSpan().CommonPrefixLength(Indices(draft, prefix, k, "right")));
        draft.Add(Key, Math.Max(0, Math.Min(leading, most)), ValueSource.Tensors);
    }

    private static long[]? Indices(ConfigurationDraft draft, string prefix, string kind, string side) =>
        draft.State.TryGet($"{prefix}{kind}_neuron_indices_{side}", out StateTensor? found) && found.Kind == StateTensorKind.Int64
            ? found.Integers
            : null;

    // Neurons one after the other: from the first one, or up to the last one.
    private static bool IsRun(long[]? left, long[]? right, long? end)
    {
        if (left is null || right is null || !left.AsSpan().SequenceEqual(right))
        {
            return false;
        }

        long first = end is { } last ? last - left.Length : 0;
        return left.Select((value, i) => value == first + i).All(fits => fits);
    }
}
