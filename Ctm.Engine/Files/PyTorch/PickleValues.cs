namespace Ctm.Engine.Files.PyTorch;

/// <summary>
/// What a pickle builds besides texts, numbers, truth values, bytes and null. Nothing here is compared, hashed or walked by the
/// reader, so that values which hold themselves do no harm.
/// </summary>
internal abstract class PickleContainer
{
    /// <summary>How deep values are nested in this one when they are put into it; 1 when it holds no container.</summary>
    public int Depth { get; private set; } = 1;

    /// <summary>Takes note of a value that is put into this one.</summary>
    protected void Nest(object? value)
    {
        if (value is PickleContainer inner)
        {
            Depth = Math.Max(Depth, inner.Depth + 1);
        }
    }
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple : PickleContainer
{
    /// <summary>The tuple of no items.</summary>
    public static readonly PickleTuple Empty = new([]);

    /// <summary>Takes the items.</summary>
    public PickleTuple(object?[] items)
    {
        Items = items;
        foreach (object? item in items)
        {
            Nest(item);
        }
    }

    /// <summary>The items.</summary>
    public object?[] Items { get; }
}

/// <summary>A list, a set or a deque.</summary>
internal sealed class PickleList : PickleContainer
{
    private readonly List<object?> items = [];

    /// <summary>The items, in order.</summary>
    public IReadOnlyList<object?> Items => items;

    /// <summary>Adds an item.</summary>
    public void Add(object? item)
    {
        Nest(item);
        items.Add(item);
    }
}

/// <summary>A dictionary of any kind, in the order in which it was filled.</summary>
internal sealed class PickleDictionary : PickleContainer
{
    private readonly List<KeyValuePair<object?, object?>> items = [];

    /// <summary>Keys and values as they were added; a later one replaces an earlier one with the same key.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Items => items;

    /// <summary>Adds a value.</summary>
    public void Add(object? key, object? value)
    {
        Nest(key);
        Nest(value);
        items.Add(new(key, value));
    }

    /// <summary>Finds the value of a text key.</summary>
    public bool TryGet(string key, out object? value)
    {
        for (int i = items.Count - 1; i >= 0; i--)
        {
            if (items[i].Key is string text && text == key)
            {
                value = items[i].Value;
                return true;
            }
        }

        value = null;
        return false;
    }
}

/// <summary>A value of a known type that is kept, but means nothing to the reader, such as the state of a random generator.</summary>
/// <param name="type">The type.</param>
internal sealed class PickleObject(PickleGlobal type) : PickleContainer
{
    /// <summary>The type.</summary>
    public PickleGlobal Type { get; } = type;

    /// <summary>The attributes, where the pickle gave them as a dictionary.</summary>
    public PickleDictionary? Attributes { get; private set; }

    /// <summary>Takes the attributes.</summary>
    public void Build(object? state)
    {
        Nest(state);
        Attributes = state as PickleDictionary ?? Attributes;
    }
}

/// <summary>The numbers of a tensor, in an entry of the file.</summary>
/// <param name="Key">Name of the entry below <c>data/</c>.</param>
/// <param name="Type">Type of the numbers; null for one that no state can have, or for bytes.</param>
/// <param name="Count">How many there are; for bytes, how many bytes.</param>
/// <param name="IsBytes">Whether the storage is bytes of no type.</param>
internal sealed record TorchStorage(string Key, SafetensorsDType? Type, long Count, bool IsBytes);

/// <summary>A view of a storage. Offset, shape and strides are as the file gives them, in elements, unchecked.</summary>
internal sealed record TorchTensor(TorchStorage Storage, SafetensorsDType? Type, long Offset, long[] Shape, long[] Strides);
