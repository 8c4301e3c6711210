using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>What the configurations of all forms of the CTM have in common: the neurons, their models, and how they synchronize.</summary>
public interface ICtmConfiguration
{
    /// <summary>Number of neurons D.</summary>
    int Neurons { get; }

    /// <summary>Neurons (or pairs, for random pairing) whose synchronization makes the output.</summary>
    int OutputNeurons { get; }

    /// <summary>Neurons (or pairs) whose synchronization makes the attention query; 0 for forms that do not attend.</summary>
    int ActionNeurons { get; }

    /// <summary>Depth of the synapse model: 1, or the number of widths of a U-Net.</summary>
    int SynapseDepth { get; }

    /// <summary>Length M of the pre-activation history that a neuron sees.</summary>
    int MemoryLength { get; }

    /// <summary>Two-layer neuron-level models instead of linear ones.</summary>
    bool DeepNeuronLevelModels { get; }

    /// <summary>Hidden width H of the neuron-level models.</summary>
    int HiddenWidth { get; }

    /// <summary>LayerNorm before each layer of the neuron-level models, which then are much slower.</summary>
    bool NormalizeHistory { get; }

    /// <summary>
    /// Temperature that the last layer of the neuron-level models is divided by before training; it is a parameter. Below 1 post-activations
    /// start larger, and the synchronization by the square of that.
    /// </summary>
    float StartTemperature { get; }

    /// <summary>
    /// Value that the decays of the synchronizations have before training, 0 to 15: what a pair did a tick ago counts exp(-decay) times. The
    /// reference starts at 0, a sum over all ticks alike.
    /// </summary>
    float StartDecay { get; }

    /// <summary>Dropout in the synapse model and on attention weights.</summary>
    float Dropout { get; }

    /// <summary>
    /// Dropout before each layer of the neuron-level models, which then are much slower; null stands for <see cref="Dropout"/>.
    /// </summary>
    float? DropoutNlm { get; }

    /// <summary>How neuron pairs are chosen.</summary>
    NeuronSelection NeuronSelection { get; }

    /// <summary>Pairs of a neuron with itself, for random pairing.</summary>
    int SelfPairs { get; }

    /// <summary>Whether neurons have models of their own; without them, a pre-activation is the post-activation.</summary>
    bool HasNeuronLevelModels => true;

    /// <summary>Whether queries and predictions come of the synchronization; without it, of the post-activations.</summary>
    bool HasSynchronization => true;

    /// <summary>Values of one prediction.</summary>
    int OutputWidth { get; }
}
