using System.Text.Json.Nodes;

namespace Ctm.Engine.Importing;

/// <summary>One value of an imported configuration.</summary>
/// <param name="Key">Its key in <c>config.json</c>.</param>
/// <param name="Value">The value; null is a value too.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Allowed">What the tensors allow; null where they do not tell.</param>
/// <param name="FileValue">What the file's settings say where the tensors say otherwise; null elsewhere.</param>
public sealed record InferredValue(
    string Key, JsonNode? Value, ValueSource Source, IReadOnlyList<JsonNode>? Allowed = null, JsonNode? FileValue = null)
{
    /// <summary>Whether the tensors allow a value.</summary>
    public bool Allows(JsonNode? value) => Allowed is null || Allowed.Any(a => JsonNode.DeepEquals(a, value));
}
