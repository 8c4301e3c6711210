using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of the LSTM baseline that sorts numbers, ours: the reference has none for this task. The keys are those of its other LSTMs.
/// </summary>
public sealed record SortLstmConfiguration : TickModelConfiguration, ISortConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.SortLstm;

    /// <summary>Internal ticks T.</summary>
    [JsonPropertyName("iterations")]
    public required int Ticks { get; init; }

    /// <summary>Width D of the states.</summary>
    [JsonPropertyName("d_model")]
    public required int Width { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("d_input")]
    public required int Numbers { get; init; }

    /// <inheritdoc/>
    public float InputGain { get; init; } = 1f;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int TickCount => Ticks;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InputChannels => 1;

    /// <inheritdoc/>
    public TickModelConfiguration For(int numbers) => this with { Numbers = numbers, OutputWidth = unchecked(numbers + 1) };

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new SortLstm Create(ComputeDevice device, ulong seed) => (SortLstm)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Positive(Ticks, "iterations");
        Positive(Width, "d_model");
        Positive(Numbers, "d_input");
        SortShapes.Check(this);
    }

    /// <inheritdoc/>
    protected override SortLstm Build(ComputeDevice device, ulong seed) => new(device, this);
}
