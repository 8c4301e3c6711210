using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>Checks that the sizes of a CTM fit together, for all its forms.</summary>
internal static class CtmValidation
{
    /// <summary>Fails with a line that says which size is wrong and what would be right.</summary>
    /// <exception cref="ModelConfigurationException">When the sizes do not fit together.</exception>
    public static void Validate(this ICtmConfiguration c)
    {
        ModelConfiguration.Positive(c.Neurons, "d_model");
        ModelConfiguration.Positive(c.OutputNeurons, "n_synch_out");
        ModelConfiguration.Positive(c.SynapseDepth, "synapse_depth");
        ModelConfiguration.Positive(c.MemoryLength, "memory_length");
        if (c.DeepNeuronLevelModels)
        {
            ModelConfiguration.Positive(c.HiddenWidth, "memory_hidden_dims");
        }

        ModelConfiguration.Require(c.Dropout is >= 0 and < 1, FormattableString.Invariant($"dropout {c.Dropout} is not in [0, 1)"));
        ModelConfiguration.Require(
            c.DropoutNlm is null or (>= 0 and < 1), FormattableString.Invariant($"dropout_nlm {c.DropoutNlm} is not in [0, 1)"));
        bool attends = c.ActionNeurons > 0;
        if (c.NeuronSelection == NeuronSelection.FirstLast)
        {
            int needed = c.OutputNeurons + c.ActionNeurons;
            string sum = attends ? "n_synch_out + n_synch_action" : "n_synch_out";
            ModelConfiguration.Require(needed <= c.Neurons, $"first-last needs d_model of at least {sum} = {needed}, it is {c.Neurons}");
        }
        else if (c.NeuronSelection == NeuronSelection.RandomPairing)
        {
            string bounds = $"n_synch_out {c.OutputNeurons}" + (attends ? $" and n_synch_action {c.ActionNeurons}" : string.Empty);
            ModelConfiguration.Require(
                c.SelfPairs >= 0 && c.SelfPairs < c.OutputNeurons && (!attends || c.SelfPairs < c.ActionNeurons),
                $"n_random_pairing_self {c.SelfPairs} must be below {bounds}");
        }
    }
}
