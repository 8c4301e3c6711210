using Ctm.Engine.Modules;
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
        ModelConfiguration.AboveZero(c.StartTemperature, "start_temperature");
        ModelConfiguration.DecayAtStart(c.StartDecay, Synchronization.HighestDecay);
        Pairs(c.Neurons, c.OutputNeurons, c.ActionNeurons, c.NeuronSelection, c.SelfPairs);
    }

    /// <summary>Fails unless there can be the pairs of neurons that synchronizations are made of.</summary>
    /// <param name="neurons">Number of neurons D.</param>
    /// <param name="outputs">Neurons or pairs of the output.</param>
    /// <param name="actions">Neurons or pairs of the query; 0 for forms that do not attend.</param>
    /// <param name="selection">How pairs are chosen.</param>
    /// <param name="selfPairs">Pairs of a neuron with itself.</param>
    /// <exception cref="ModelConfigurationException">When there cannot.</exception>
    public static void Pairs(int neurons, int outputs, int actions, NeuronSelection selection, int selfPairs)
    {
        bool attends = actions > 0;
        if (selection == NeuronSelection.FirstLast)
        {
            int needed = outputs + actions;
            string sum = attends ? "n_synch_out + n_synch_action" : "n_synch_out";
            ModelConfiguration.Require(needed <= neurons, $"first-last needs d_model of at least {sum} = {needed}, it is {neurons}");
        }
        else if (selection == NeuronSelection.RandomPairing)
        {
            string bounds = $"n_synch_out {outputs}" + (attends ? $" and n_synch_action {actions}" : string.Empty);
            ModelConfiguration.Require(
                selfPairs >= 0 && selfPairs < outputs && (!attends || selfPairs < actions),
                $"n_random_pairing_self {selfPairs} must be below {bounds}");
        }
    }
}
