using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of the LSTM baseline (models/lstm.py). Saved as <c>config.json</c> under the reference's argument names; the last group
/// is ours. Dropout acts on attention weights and between layers.
/// </summary>
public sealed record LstmConfiguration : BaselineConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Lstm;

    /// <summary>Internal ticks T.</summary>
    [JsonPropertyName("iterations")]
    public required int Ticks { get; init; }

    /// <summary>Attention width I.</summary>
    [JsonPropertyName("d_input")]
    public required int InputWidth { get; init; }

    /// <summary>Attention heads Q, a divisor of the attention width.</summary>
    public required int Heads { get; init; }

    /// <summary>Layers of the LSTM.</summary>
    [JsonPropertyName("num_layers")]
    public int Layers { get; init; } = 1;

    /// <summary>The positional embedding, as of <see cref="CtmConfiguration.PositionalEmbedding"/>.</summary>
    [JsonPropertyName("positional_embedding_type")]
    public string PositionalEmbedding { get; init; } = "none";

    /// <summary>
    /// The form whose parameter counts the paper prints (appendix D.4), which the reference's class has not: the LSTM's input is the
    /// attention's output beside a state of width D, one more vector of width D is learned, and the layers' start states are not.
    /// The counts leave open what that state is. Here it is the top layer's hidden state, its start the learned vector
    /// (<c>start_activated_state</c>); the layers start at 0.
    /// </summary>
    public bool StateAsInput { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int TickCount => Ticks;

    private protected override int FeatureWidth => InputWidth;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new LstmModel Create(ComputeDevice device, ulong seed) => (LstmModel)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        PositionalEmbeddings.Check(PositionalEmbedding, Backbone, ImageSize);
        Positive(Ticks, "iterations");
        Positive(InputWidth, "d_input");
        Positive(Heads, "heads");
        Positive(Layers, "num_layers");
        Require(InputWidth % Heads == 0, $"d_input {InputWidth} is no multiple of {Heads} heads");
    }

    /// <inheritdoc/>
    protected override LstmModel Build(ComputeDevice device, ulong seed) => new(device, this);
}
