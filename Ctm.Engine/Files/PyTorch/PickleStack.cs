using System.Runtime.InteropServices;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>The stack of the pickle machine: values, and marks between them that a pop does not pass.</summary>
internal sealed class PickleStack
{
    private const int MostValues = 1 << 20;
    private const int MostMarks = 1000;
    private readonly List<object?> values = [];
    private readonly List<int> marks = [];

    /// <summary>Number of values.</summary>
    public int Count => values.Count;

    private int Floor => marks.Count == 0 ? 0 : marks[^1];

    /// <summary>Puts a value on top.</summary>
    public void Push(object? value)
    {
        if (values.Count == MostValues)
        {
            throw new FormatException($"more than {MostValues} values wait on its stack");
        }

        values.Add(value);
    }

    /// <summary>Sets a mark.</summary>
    public void Mark()
    {
        if (marks.Count == MostMarks)
        {
            throw new FormatException($"it is nested more than {MostMarks} deep");
        }

        marks.Add(values.Count);
    }

    /// <summary>The value on top.</summary>
    public object? Top() => values.Count > Floor ? values[^1] : throw Empty();

    /// <summary>Takes the value on top.</summary>
    public object? Pop()
    {
        object? top = Top();
        values.RemoveAt(values.Count - 1);
        return top;
    }

    /// <summary>Takes the values above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw Empty();
        }

        object?[] taken = CollectionsMarshal.AsSpan(values)[marks[^1]..].ToArray();
        values.RemoveRange(marks[^1], taken.Length);
        marks.RemoveAt(marks.Count - 1);
        return taken;
    }

    /// <summary>Drops the value on top, or the mark when that is on top.</summary>
    public void Drop()
    {
        if (marks.Count > 0 && marks[^1] == values.Count)
        {
            marks.RemoveAt(marks.Count - 1);
        }
        else
        {
            Pop();
        }
    }

    private static FormatException Empty() => new("it takes a value from an empty stack");
}
