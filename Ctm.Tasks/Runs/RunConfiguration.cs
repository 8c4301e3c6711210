using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ctm.Tasks.Runs;

/// <summary>What a run folder's <c>config.json</c> says.</summary>
/// <typeparam name="TRecipe">The task's recipe.</typeparam>
public sealed record RunConfiguration<TRecipe>
{
    /// <summary>The task, such as <c>maze</c>.</summary>
    public required string Task { get; init; }

    /// <summary>The preset that the recipe was made from.</summary>
    public required string Preset { get; init; }

    /// <summary>The device that the run began on.</summary>
    public required string Device { get; init; }

    /// <summary>All settings.</summary>
    public required TRecipe Recipe { get; init; }
}

/// <summary>The one key that tells a run's <c>config.json</c> from a checkpoint's.</summary>
internal sealed record RunHeader
{
    public string? Task { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; init; }
}
