using System.Text.Json.Nodes;
using Ctm.Engine.Files;

namespace Ctm.Engine.Importing;

/// <summary>
/// A configuration in the making. What the tensors tell counts most, then the settings of the file, then the default; where the
/// tensors leave a choice, the settings choose.
/// </summary>
/// <param name="state">The tensors.</param>
/// <param name="settings">The settings of the file, under their keys or legacy names.</param>
internal sealed class ConfigurationDraft(StateDictionary state, IReadOnlyDictionary<string, JsonNode?> settings)
{
    private readonly List<InferredValue> values = [];

    /// <summary>What has been found, in order.</summary>
    public IReadOnlyList<InferredValue> Values => values;

    /// <summary>The tensors.</summary>
    public StateDictionary State => state;

    /// <summary>The length of an axis of a tensor; none where there is no such tensor or axis.</summary>
    public long? Axis(string tensor, int axis) =>
        state.TryGet(tensor, out StateTensor? found) && axis < found.Shape.Length ? found.Shape[axis] : null;

    /// <summary>The names below a prefix that are there.</summary>
    public IEnumerable<string> Below(string prefix) => state.Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A setting of the file under the first of its names that is there.</summary>
    public JsonNode? Setting(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (settings.TryGetValue(name, out JsonNode? value))
            {
                return value?.DeepClone();
            }
        }

        return null;
    }

    /// <summary>A whole number among the settings of the file.</summary>
    public long? Number(params ReadOnlySpan<string> names) =>
        Setting(names) is JsonValue value && value.TryGetValue(out long number) ? number : null;

    /// <summary>A text among the settings of the file.</summary>
    public string? Text(params ReadOnlySpan<string> names) =>
        Setting(names) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A value that was found elsewhere.</summary>
    public void Add(string key, JsonNode? value, ValueSource source) => values.Add(new InferredValue(key, value, source));

    /// <summary>Takes a size that several tensors should agree on; where they do not, most of them decide.</summary>
    /// <param name="key">The key, and the setting's name.</param>
    /// <param name="witnesses">The size as each tensor has it.</param>
    /// <returns>The size; 0 where nothing tells it.</returns>
    public long Size(string key, params ReadOnlySpan<long?> witnesses)
    {
        long[] told = [.. witnesses.ToArray().OfType<long>().GroupBy(w => w).OrderByDescending(g => g.Count()).Select(g => g.Key)];
        return told.Length == 0 ? TakeNumber(key, null)
            : Choose(key, Setting(key), [.. told.Select(t => (JsonNode)JsonValue.Create(t))])!.GetValue<long>();
    }

    /// <summary>Takes one of the values that the tensors allow.</summary>
    /// <param name="key">The key.</param>
    /// <param name="setting">What the file's settings say.</param>
    /// <param name="allowed">What the tensors allow, the likeliest first; empty where they do not tell.</param>
    /// <returns>The value; null where it is missing.</returns>
    public JsonNode? Choose(string key, JsonNode? setting, IReadOnlyList<JsonNode> allowed)
    {
        if (allowed.Count == 0)
        {
            return Take(key, setting, fallback: null, isRequired: true);
        }

        JsonNode? fitting = allowed.FirstOrDefault(a => JsonNode.DeepEquals(a, setting));
        ValueSource source = fitting is not null && allowed.Count > 1 ? ValueSource.File : ValueSource.Tensors;
        JsonNode? other = fitting is null ? setting : null;
        values.Add(new InferredValue(key, (fitting ?? allowed[0]).DeepClone(), source, allowed, other));
        return fitting ?? allowed[0];
    }

    /// <summary>Takes a value that tensors do not tell.</summary>
    /// <param name="key">The key.</param>
    /// <param name="setting">What the file's settings say; null for nothing.</param>
    /// <param name="fallback">The default.</param>
    /// <param name="isRequired">Whether there is no default.</param>
    public JsonNode? Take(string key, JsonNode? setting, JsonNode? fallback, bool isRequired = false)
    {
        ValueSource source = setting is not null ? ValueSource.File : isRequired ? ValueSource.Missing : ValueSource.Default;
        values.Add(new InferredValue(key, setting ?? fallback, source));
        return setting ?? fallback;
    }

    /// <summary>Takes a whole number that tensors do not tell.</summary>
    /// <param name="key">The key, and the setting's name.</param>
    /// <param name="fallback">The default; null for none.</param>
    public long TakeNumber(string key, long? fallback)
    {
        JsonNode? taken = Take(key, Setting(key), fallback is { } value ? JsonValue.Create(value) : null, fallback is null);
        return taken is JsonValue number && number.TryGetValue(out long size) ? size : 0;
    }
}
