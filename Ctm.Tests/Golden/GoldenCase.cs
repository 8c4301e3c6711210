using System.Text.Json;
using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Golden;

/// <summary>
/// One golden file: inputs, parameters and expected values of one call, with tolerances. Names carry a prefix: in, param, buffer,
/// gout, out, grad, gin, final.param, final.buffer. Data/README.md has the format.
/// </summary>
public sealed class GoldenCase
{
    private readonly SafetensorsFile file;

    private GoldenCase(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        file = SafetensorsFile.Parse(File.ReadAllBytes(path), path);
        Metadata = new GoldenMetadata(file.Metadata);
    }

    /// <summary>File name without extension.</summary>
    public string Name { get; }

    /// <summary>Everything that is not a tensor.</summary>
    public GoldenMetadata Metadata { get; }

    /// <summary>Kind of case; chooses the check.</summary>
    public string Runner => Metadata.Runner;

    /// <summary>Hyper-parameters as a JSON object.</summary>
    public JsonElement HyperParameters => Metadata.HyperParameters;

    /// <summary>All tensors, stored, generated or digested; digests themselves are not listed.</summary>
    public IEnumerable<string> Names =>
        file.Entries.Keys.Where(n => !n.Contains('#')).Concat(Metadata.Generated.Keys).Concat(Metadata.Digests.Keys);

    /// <summary>Loads a golden file.</summary>
    public static GoldenCase Load(string path)
    {
        return new GoldenCase(path);
    }

    /// <summary>Names that start with the prefix ("grad."), without it, in ordinal order.</summary>
    public IReadOnlyList<string> Group(string prefix)
    {
        return [.. Names
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..]).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether there is a tensor of this full name, digested ones included.</summary>
    public bool Has(string name)
    {
        return file.Entries.ContainsKey(name) || Metadata.Generated.ContainsKey(name) || Metadata.Digests.ContainsKey(name);
    }

    /// <summary>Shape of a tensor; a digested gradient or final value has the shape of its parameter.</summary>
    public long[] Shape(string name)
    {
        if (file.Entries.TryGetValue(name, out SafetensorsEntry? entry))
        {
            return entry.Shape;
        }

        if (Metadata.Generated.TryGetValue(name, out GeneratedTensor? generated))
        {
            return generated.Shape;
        }

        if (Metadata.Digests.ContainsKey(name))
        {
            string bare = name.StartsWith("grad.", StringComparison.Ordinal) ? name["grad.".Length..] : name["final.param.".Length..];
            return Shape("param." + bare);
        }

        throw new KeyNotFoundException($"{Name}: there is no tensor '{name}'");
    }

    /// <summary>Type of a stored tensor; generated and digested ones are F32.</summary>
    public SafetensorsDType DType(string name)
    {
        return file.Entries.TryGetValue(name, out SafetensorsEntry? entry) ? entry.DType : SafetensorsDType.F32;
    }

    /// <summary>Values of a float tensor, stored or generated.</summary>
    public float[] Singles(string name)
    {
        return Metadata.Generated.TryGetValue(name, out GeneratedTensor? g)
            ? GoldenGenerator.Values((int)g.Shape.Aggregate(1L, (a, b) => a * b), g.Seed, g.Log2Scale, g.Offset)
            : file.ReadSingles(name);
    }

    /// <summary>Values of a float tensor in float64.</summary>
    public double[] Doubles(string name)
    {
        return Metadata.Generated.ContainsKey(name) ? Array.ConvertAll(Singles(name), v => (double)v) : file.ReadDoubles(name);
    }

    /// <summary>Values of an integer tensor.</summary>
    public long[] Integers(string name)
    {
        return file.ReadInt64(name);
    }

    /// <summary>Values of a BOOL tensor.</summary>
    public bool[] Booleans(string name)
    {
        return file.ReadBooleans(name);
    }

    /// <summary>Parameters and buffers under their state-dict names, in ordinal order.</summary>
    public StateDictionary State()
    {
        var state = new StateDictionary();
        foreach (string prefix in new[] { "param.", "buffer." })
        {
            foreach (string name in Group(prefix))
            {
                state.Add(name, Tensor(prefix + name));
            }
        }

        return state;
    }

    /// <summary>A stored or generated tensor with its shape.</summary>
    public StateTensor Tensor(string name)
    {
        SafetensorsDType type = DType(name);
        return type switch
        {
            SafetensorsDType.Bool => StateTensor.Of(Shape(name), Booleans(name)),
            SafetensorsDType.F32 or SafetensorsDType.F64 => StateTensor.Of(Shape(name), Singles(name)),
            _ => StateTensor.Of(Shape(name), Integers(name)),
        };
    }

    /// <summary>Compares values with an expected tensor (see <see cref="GoldenComparer"/>).</summary>
    public GoldenComparison Compare(string name, ReadOnlySpan<float> actual, long[]? shape = null)
    {
        double[] wide = new double[actual.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = actual[i];
        }

        return GoldenComparer.Compare(this, name, wide, shape);
    }

    /// <summary>Compares values with an expected tensor (see <see cref="GoldenComparer"/>).</summary>
    public GoldenComparison Compare(string name, ReadOnlySpan<double> actual, long[]? shape = null)
    {
        return GoldenComparer.Compare(this, name, actual, shape);
    }

    /// <summary>Compares integers with an expected integer tensor, exactly.</summary>
    public GoldenComparison Compare(string name, ReadOnlySpan<long> actual, long[]? shape = null)
    {
        return GoldenComparer.CompareExactly(this, name, actual, shape);
    }

    /// <summary>Fails the test where the values are not those expected.</summary>
    public void Verify(string name, ReadOnlySpan<float> actual, long[]? shape = null)
    {
        GoldenComparison comparison = Compare(name, actual, shape);
        Assert.That(comparison.Ok, comparison.Message);
    }

    /// <summary>Fails the test where the values are not those expected.</summary>
    public void Verify(string name, ReadOnlySpan<double> actual, long[]? shape = null)
    {
        GoldenComparison comparison = Compare(name, actual, shape);
        Assert.That(comparison.Ok, comparison.Message);
    }

    /// <summary>Fails the test where the integers are not exactly those expected.</summary>
    public void Verify(string name, ReadOnlySpan<long> actual, long[]? shape = null)
    {
        GoldenComparison comparison = Compare(name, actual, shape);
        Assert.That(comparison.Ok, comparison.Message);
    }

    /// <summary>The name, so that test names show it.</summary>
    public override string ToString()
    {
        return Name;
    }
}
