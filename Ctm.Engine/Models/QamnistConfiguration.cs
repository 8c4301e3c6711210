using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>The shape of the CTM for Q&amp;A MNIST, under the reference's argument names (models/ctm_qamnist.py).</summary>
public sealed record QamnistConfiguration : QamnistModelConfiguration, ICtmConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Qamnist;

    /// <inheritdoc/>
    [JsonPropertyName("n_synch_out")]
    public required int OutputNeurons { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("n_synch_action")]
    public required int ActionNeurons { get; init; }

    /// <inheritdoc/>
    public required int SynapseDepth { get; init; }

    /// <inheritdoc/>
    public required int MemoryLength { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("deep_nlms")]
    public bool DeepNeuronLevelModels { get; init; } = true;

    /// <inheritdoc/>
    [JsonPropertyName("memory_hidden_dims")]
    public required int HiddenWidth { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("do_layernorm_nlm")]
    public bool NormalizeHistory { get; init; }

    /// <inheritdoc/>
    public float StartTemperature { get; init; } = 1f;

    /// <inheritdoc/>
    public float StartDecay { get; init; }

    /// <inheritdoc/>
    public float Dropout { get; init; }

    /// <inheritdoc/>
    public float? DropoutNlm { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("neuron_select_type")]
    public NeuronSelection NeuronSelection { get; init; } = NeuronSelection.RandomPairing;

    /// <inheritdoc/>
    [JsonPropertyName("n_random_pairing_self")]
    public int SelfPairs { get; init; }

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new QamnistMachine Create(ComputeDevice device, ulong seed) => (QamnistMachine)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Positive(ActionNeurons, "n_synch_action");
        CtmValidation.Validate(this);
    }

    /// <inheritdoc/>
    protected override QamnistMachine Build(ComputeDevice device, ulong seed) => new(device, this, seed);
}
