using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Ctm.Engine.Files;

/// <summary>
/// Named tensors in a fixed order: the state of a model or an optimizer on its way between the engine and files. A name may be
/// an alias: it stands for a tensor that another name owns, as the left and right neuron indices of a first-last model share one.
/// </summary>
public sealed class StateDictionary : IEnumerable<KeyValuePair<string, StateTensor>>
{
    private readonly OrderedDictionary<string, StateTensor> tensors = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, string> aliases = new(StringComparer.Ordinal);

    /// <summary>All names in the order in which they were added, aliases included.</summary>
    public IReadOnlyList<string> Names => [.. tensors.Keys];

    /// <summary>Number of names, aliases included.</summary>
    public int Count => tensors.Count;

    /// <summary>Alias to the name that owns the tensor.</summary>
    public IReadOnlyDictionary<string, string> Aliases => aliases;

    /// <summary>Name, shape and kind of every tensor, in order, aliases included.</summary>
    public IEnumerable<StateTensorSpec> Specs => tensors.Select(t => new StateTensorSpec(t.Key, t.Value.Shape, t.Value.Kind));

    /// <summary>The tensor of a name or alias.</summary>
    /// <param name="name">State-dict name.</param>
    /// <exception cref="KeyNotFoundException">There is no such tensor; the message gives the nearest name.</exception>
    public StateTensor this[string name]
    {
        get
        {
            if (tensors.TryGetValue(name, out StateTensor? tensor))
            {
                return tensor;
            }

            string? nearest = MessageText.Nearest(name, tensors.Keys);
            string hint = nearest is null ? $"there are {Count} tensors" : $"the nearest name is {MessageText.Quote(nearest)}";
            throw new KeyNotFoundException($"there is no tensor {MessageText.Quote(name)}; {hint}");
        }
    }

    /// <summary>Finds the tensor of a name or alias.</summary>
    /// <param name="name">State-dict name.</param>
    /// <param name="tensor">The tensor, where there is one.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out StateTensor? tensor)
    {
        return tensors.TryGetValue(name, out tensor);
    }

    /// <summary>Whether there is a tensor whose name begins with a text.</summary>
    internal bool HasBelow(string prefix)
    {
        return tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">State-dict name, not yet used.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="ArgumentException">The name is used already.</exception>
    public void Add(string name, StateTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensors.TryAdd(name, tensor))
        {
            throw new ArgumentException($"there is a tensor {MessageText.Quote(name)} already; names must be unique", nameof(name));
        }
    }

    /// <summary>Adds float32 values.</summary>
    /// <param name="name">State-dict name, not yet used.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">The values; the array is kept, not copied.</param>
    /// <exception cref="ArgumentException">The name is used, or the number of values is not that of the shape.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, float[] values)
    {
        Add(name, StateTensor.Of(shape, values));
    }

    /// <summary>Adds integers.</summary>
    /// <param name="name">State-dict name, not yet used.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">The values; the array is kept, not copied.</param>
    /// <exception cref="ArgumentException">The name is used, or the number of values is not that of the shape.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, long[] values)
    {
        Add(name, StateTensor.Of(shape, values));
    }

    /// <summary>Adds truth values.</summary>
    /// <param name="name">State-dict name, not yet used.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">The values; the array is kept, not copied.</param>
    /// <exception cref="ArgumentException">The name is used, or the number of values is not that of the shape.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, bool[] values)
    {
        Add(name, StateTensor.Of(shape, values));
    }

    /// <summary>Adds a second name for a tensor. A file stores the tensor once, and the alias in its metadata.</summary>
    /// <param name="alias">The second name, not yet used.</param>
    /// <param name="owner">The name under which the tensor was added.</param>
    /// <exception cref="ArgumentException">The alias is used, or the owner is missing or an alias itself.</exception>
    public void AddAlias(string alias, string owner)
    {
        if (aliases.ContainsKey(owner) || !tensors.TryGetValue(owner, out StateTensor? tensor))
        {
            throw new ArgumentException(
                $"{MessageText.Quote(owner)} is not the name of a stored tensor; an alias needs one", nameof(owner));
        }

        Add(alias, tensor);
        aliases.Add(alias, owner);
    }

    /// <summary>
    /// Compares with what a model expects and throws one exception with all mismatches, so that a caller that calls this first
    /// applies either everything or nothing.
    /// </summary>
    /// <param name="expected">Every tensor of the model; its order does not matter.</param>
    /// <exception cref="CheckpointMismatchException">A tensor is missing, unexpected, or of another shape or kind.</exception>
    public void Match(IEnumerable<StateTensorSpec> expected)
    {
        Throw(Mismatches(expected));
    }

    /// <summary>As <see cref="Match(IEnumerable{StateTensorSpec})"/>; where the model shares a tensor, copies of it here must be
    /// equal.</summary>
    /// <param name="expected">The state of the model that is to take these tensors.</param>
    /// <exception cref="CheckpointMismatchException">A tensor is missing, unexpected, of another shape or kind, or no longer
    /// shared.</exception>
    public void Match(StateDictionary expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        List<string> lines = Mismatches(expected.Specs);
        foreach ((string alias, string owner) in expected.aliases)
        {
            if (TryGet(alias, out StateTensor? left) && TryGet(owner, out StateTensor? right)
                && left.Kind == right.Kind && left.Shape.AsSpan().SequenceEqual(right.Shape) && !left.SameAs(right))
            {
                lines.Add($"different values: {alias} and {owner} are one tensor in the model, but differ here");
            }
        }

        Throw(lines);
    }

    /// <summary>Enumerates names and tensors in order, aliases included.</summary>
    public IEnumerator<KeyValuePair<string, StateTensor>> GetEnumerator()
    {
        return tensors.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator()
    {
        return GetEnumerator();
    }

    private static void Throw(List<string> lines)
    {
        if (lines.Count > 0)
        {
            throw new CheckpointMismatchException(lines);
        }
    }

    private static string Describe(ReadOnlySpan<long> shape, StateTensorKind kind)
    {
        return $"{kind} {MessageText.Shape(shape)}";
    }

    private List<string> Mismatches(IEnumerable<StateTensorSpec> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        var missing = new List<string>();
        var wrong = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (StateTensorSpec spec in expected)
        {
            known.Add(spec.Name);
            if (!tensors.TryGetValue(spec.Name, out StateTensor? tensor))
            {
                missing.Add($"missing: {spec.Name}, {Describe(spec.Shape, spec.Kind)}");
            }
            else if (!tensor.Shape.AsSpan().SequenceEqual(spec.Shape))
            {
                wrong.Add($"wrong shape: {spec.Name} is {MessageText.Shape(tensor.Shape)}, the model has {MessageText.Shape(spec.Shape)}");
            }
            else if (tensor.Kind != spec.Kind)
            {
                wrong.Add($"wrong type: {spec.Name} is {tensor.Kind}, the model has {spec.Kind}");
            }
        }

        IEnumerable<string> extra = tensors.Where(t => !known.Contains(t.Key))
            .Select(t => $"unexpected: {MessageText.OneLine(t.Key)}, {Describe(t.Value.Shape, t.Value.Kind)}");
        return [.. missing, .. extra, .. wrong];
    }
}
