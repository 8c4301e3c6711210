using System.Globalization;
using System.Text.Json;

namespace Ctm.Tests.Golden;

/// <summary>A tensor that is generated, not stored.</summary>
public sealed record GeneratedTensor(long[] Shape, uint Seed, int Log2Scale, double Offset);

/// <summary>The metadata of a golden file, parsed.</summary>
public sealed class GoldenMetadata
{
    internal GoldenMetadata(IReadOnlyDictionary<string, string> texts)
    {
        Runner = texts["runner"];
        Checks = texts.GetValueOrDefault("checks", string.Empty);
        Notes = texts.GetValueOrDefault("notes");
        Seed = long.Parse(texts.GetValueOrDefault("seed", "0"), CultureInfo.InvariantCulture);
        HyperParameters = Parse(texts["hyperparameters"]);
        Tolerances = Numbers(texts, "tolerances");
        Float32VersusFloat64 = Numbers(texts, "float32_vs_float64");
        Margins = Numbers(texts, "margins");
        Digests = Table(texts, "digests", e => e.GetInt32());
        NoiseSlices = Table(texts, "noise_slices", e => (e[0].GetInt32(), e[1].GetInt32()));
        Generated = Table(texts, "generated", e => new GeneratedTensor(
            [.. e.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())],
            e.GetProperty("seed").GetUInt32(),
            e.GetProperty("log2_scale").GetInt32(),
            e.TryGetProperty("offset", out JsonElement offset) ? offset.GetDouble() : 0));
    }

    /// <summary>Kind of case; chooses the check.</summary>
    public string Runner { get; }

    /// <summary>What the case checks, in words.</summary>
    public string Checks { get; }

    /// <summary>Remarks, where there are any.</summary>
    public string? Notes { get; }

    /// <summary>Seed of the case.</summary>
    public long Seed { get; }

    /// <summary>Hyper-parameters as a JSON object.</summary>
    public JsonElement HyperParameters { get; }

    /// <summary>Absolute tolerance of every expected float tensor, digests under their own names.</summary>
    public IReadOnlyDictionary<string, double> Tolerances { get; }

    /// <summary>The float32 error of the implementation that made the expected values.</summary>
    public IReadOnlyDictionary<string, double> Float32VersusFloat64 { get; }

    /// <summary>Distance of the decisions in the case to their edges.</summary>
    public IReadOnlyDictionary<string, double> Margins { get; }

    /// <summary>Stride of the rows that stand for a big tensor.</summary>
    public IReadOnlyDictionary<string, int> Digests { get; }

    /// <summary>Rows [begin, end) of a tensor that mean nothing.</summary>
    public IReadOnlyDictionary<string, (int Begin, int End)> NoiseSlices { get; }

    /// <summary>Tensors that follow from a formula.</summary>
    public IReadOnlyDictionary<string, GeneratedTensor> Generated { get; }

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static Dictionary<string, double> Numbers(IReadOnlyDictionary<string, string> texts, string key)
    {
        return Table(texts, key, e => e.GetDouble());
    }

    private static Dictionary<string, T> Table<T>(IReadOnlyDictionary<string, string> texts, string key, Func<JsonElement, T> convert)
    {
        return texts.TryGetValue(key, out string? json)
            ? Parse(json).EnumerateObject().ToDictionary(p => p.Name, p => convert(p.Value), StringComparer.Ordinal)
            : [];
    }
}
