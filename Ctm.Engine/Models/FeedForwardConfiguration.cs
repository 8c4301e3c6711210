using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of the feed-forward baseline (models/ff.py). Saved as <c>config.json</c> under the reference's argument names; the last
/// group is ours. Dropout acts before the last layer.
/// </summary>
public sealed record FeedForwardConfiguration : BaselineConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.FeedForward;

    /// <summary>
    /// The head of the paper's maze baseline (appendix D.4: its parameter count has no other reading): all features of the map side by
    /// side, a linear layer to 2 D and a gated linear unit, where the reference's class takes the mean over the map, a linear
    /// layer to D and ReLU. Needs <see cref="TickModelConfiguration.ImageSize"/>.
    /// </summary>
    public bool Flatten { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int TickCount => 1;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new FeedForwardModel Create(ComputeDevice device, ulong seed) => (FeedForwardModel)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(!Flatten || ImageSize > 0, "flatten needs image_size");
    }

    /// <inheritdoc/>
    protected override FeedForwardModel Build(ComputeDevice device, ulong seed) => new(device, this);
}
