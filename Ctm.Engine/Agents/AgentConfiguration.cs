using System.Text.Json.Serialization;
using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Agents;

/// <summary>
/// The shape of an agent. Saved as <c>config.json</c> under the reference's argument names (tasks/rl/train.py); instead of an
/// environment's name it has the sizes that follow from it. An LSTM takes no notice of what is about neurons.
/// </summary>
public sealed record AgentConfiguration : ModelConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Agent;

    /// <summary>What the agent remembers with.</summary>
    public required AgentModelType ModelType { get; init; }

    /// <summary>The backbone: <c>classic-control-backbone</c> for vectors, <c>navigation-backbone</c> for MiniGrid's views.</summary>
    [JsonPropertyName("backbone_type")]
    public required string Backbone { get; init; }

    /// <summary>Shape of an observation: [values] for classic control, [7, 7, 3] for MiniGrid.</summary>
    public required int[] ObservationShape { get; init; }

    /// <summary>Number of actions there are.</summary>
    [JsonPropertyName("size_action_space")]
    public required int Actions { get; init; }

    /// <summary>Internal ticks T for each step of the environment.</summary>
    [JsonPropertyName("iterations")]
    public required int Ticks { get; init; }

    /// <summary>Number of neurons D, or width of the LSTM.</summary>
    [JsonPropertyName("d_model")]
    public required int Neurons { get; init; }

    /// <summary>Width of the features, for MiniGrid of each cell.</summary>
    [JsonPropertyName("d_input")]
    public required int InputWidth { get; init; }

    /// <summary>Neurons J, the last ones, whose synchronization the agent acts by.</summary>
    [JsonPropertyName("n_synch_out")]
    public int OutputNeurons { get; init; } = 16;

    /// <summary>Depth of the synapse model: 1 for two gated blocks, or the number of widths of a U-Net.</summary>
    public int SynapseDepth { get; init; } = 1;

    /// <summary>Length M of the histories.</summary>
    public int MemoryLength { get; init; } = 5;

    /// <summary>Two-layer neuron-level models instead of linear ones.</summary>
    [JsonPropertyName("deep_memory")]
    public bool DeepNeuronLevelModels { get; init; } = true;

    /// <summary>Hidden width H of the neuron-level models.</summary>
    [JsonPropertyName("memory_hidden_dims")]
    public int HiddenWidth { get; init; } = 2;

    /// <summary>LayerNorm before each layer of the neuron-level models, which then are much slower.</summary>
    [JsonPropertyName("do_normalisation")]
    public bool NormalizeHistory { get; init; }

    /// <summary>
    /// Temperature that the last layer of the neuron-level models is divided by before training; it is a parameter. Below 1 post-activations
    /// start larger, and the synchronization by the square of that.
    /// </summary>
    public float StartTemperature { get; init; } = 1f;

    /// <summary>
    /// Value that the decays of the synchronization have before training, 0 to 4: what a pair did a tick ago counts exp(-decay) times. The
    /// reference starts at 0, a sum over the whole history alike.
    /// </summary>
    public float StartDecay { get; init; }

    /// <summary>Dropout in the synapse model and before each layer of the neuron-level models, which then are much slower.</summary>
    public float Dropout { get; init; }

    /// <summary>How neuron pairs are chosen: agents know <c>first-last</c> only, and take the last neurons.</summary>
    [JsonPropertyName("neuron_select_type")]
    public NeuronSelection NeuronSelection { get; init; } = NeuronSelection.FirstLast;

    /// <summary>Whether neurons keep their histories from one step of an environment to the next; false starts anew at each step.</summary>
    public bool ContinuousStateTrace { get; init; } = true;

    /// <summary>Values of an observation.</summary>
    [JsonIgnore]
    public int ObservationLength => ObservationShape.Aggregate(1, (a, b) => a * b);

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new Agent Create(ComputeDevice device, ulong seed) => (Agent)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        Positive(Actions, "size_action_space");
        Positive(Ticks, "iterations");
        Positive(Neurons, "d_model");
        Positive(InputWidth, "d_input");
        Require(
            Backbone is ClassicControlBackbone.Name or MiniGridBackbone.Name,
            $"backbone_type '{Backbone}' is unknown: agents have {ClassicControlBackbone.Name} and {MiniGridBackbone.Name}");
        if (Backbone == ClassicControlBackbone.Name)
        {
            Require(ObservationShape is [> 0], $"observation_shape must be [values] for {ClassicControlBackbone.Name}");
        }
        else
        {
            Require(
                ObservationShape is [MiniGridBackbone.GridSize, MiniGridBackbone.GridSize, MiniGridBackbone.CellChannels],
                $"observation_shape must be [7, 7, 3] for {MiniGridBackbone.Name}");
        }

        if (ModelType == AgentModelType.Ctm)
        {
            ValidateNeurons();
        }
    }

    /// <inheritdoc/>
    protected override Agent Build(ComputeDevice device, ulong seed) => new(device, this);

    private void ValidateNeurons()
    {
        Positive(OutputNeurons, "n_synch_out");
        Positive(SynapseDepth, "synapse_depth");
        Positive(MemoryLength, "memory_length");
        if (DeepNeuronLevelModels)
        {
            Positive(HiddenWidth, "memory_hidden_dims");
        }

        AboveZero(StartTemperature, "start_temperature");
        DecayAtStart(StartDecay, WindowedSynchronization.HighestDecay);
        Require(Dropout is >= 0 and < 1, $"dropout {Dropout} is not in [0, 1)");
        Require(
            NeuronSelection == NeuronSelection.FirstLast,
            "neuron_select_type must be first-last for agents: they synchronize the last neurons");
        Require(OutputNeurons <= Neurons, $"d_model must be at least n_synch_out = {OutputNeurons}, it is {Neurons}");
    }
}
