using System.Runtime.InteropServices;

namespace Ctm.Engine.Files;

/// <summary>A tensor in host memory on its way between a model and a file. It keeps the array that it is given.</summary>
public sealed class StateTensor
{
    private readonly Array values;

    private StateTensor(ReadOnlySpan<long> shape, StateTensorKind kind, Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        long count = 1;
        foreach (long dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            count = checked(count * dimension);
        }

        if (count != values.Length)
        {
            throw new ArgumentException(
                $"shape {MessageText.Shape(shape)} asks for {count} values, but there are {values.Length}", nameof(values));
        }

        Shape = shape.ToArray();
        Kind = kind;
        this.values = values;
    }

    /// <summary>Row-major shape; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>What the elements are.</summary>
    public StateTensorKind Kind { get; }

    /// <summary>Number of elements.</summary>
    public int Length => values.Length;

    /// <summary>The float32 values, row-major.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another kind.</exception>
    public float[] Singles => Values<float>(StateTensorKind.Single);

    /// <summary>The integer values, row-major.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another kind.</exception>
    public long[] Integers => Values<long>(StateTensorKind.Int64);

    /// <summary>The truth values, row-major.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another kind.</exception>
    public bool[] Booleans => Values<bool>(StateTensorKind.Boolean);

    /// <summary>A tensor of float32 values.</summary>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">The values; the array is kept, not copied.</param>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public static StateTensor Of(ReadOnlySpan<long> shape, float[] values)
    {
        return new StateTensor(shape, StateTensorKind.Single, values);
    }

    /// <summary>A tensor of integers.</summary>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">The values; the array is kept, not copied.</param>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public static StateTensor Of(ReadOnlySpan<long> shape, long[] values)
    {
        return new StateTensor(shape, StateTensorKind.Int64, values);
    }

    /// <summary>A tensor of truth values.</summary>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">The values; the array is kept, not copied.</param>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public static StateTensor Of(ReadOnlySpan<long> shape, bool[] values)
    {
        return new StateTensor(shape, StateTensorKind.Boolean, values);
    }

    /// <summary>Whether kind, shape and every bit of the values are the same.</summary>
    /// <param name="other">The tensor to compare with.</param>
    public bool SameAs(StateTensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Kind == other.Kind && Shape.AsSpan().SequenceEqual(other.Shape) && Bytes().SequenceEqual(other.Bytes());
    }

    /// <summary>The tensor as an entry of a safetensors file.</summary>
    internal SafetensorsTensor ToSafetensors(string name)
    {
        return Kind switch
        {
            StateTensorKind.Single => SafetensorsTensor.Singles(name, Shape, Singles),
            StateTensorKind.Int64 => SafetensorsTensor.Int64(name, Shape, Integers),
            _ => SafetensorsTensor.Booleans(name, Shape, Booleans),
        };
    }

    private ReadOnlySpan<byte> Bytes()
    {
        return Kind switch
        {
            StateTensorKind.Single => MemoryMarshal.AsBytes(Singles.AsSpan()),
            StateTensorKind.Int64 => MemoryMarshal.AsBytes(Integers.AsSpan()),
            _ => MemoryMarshal.AsBytes(Booleans.AsSpan()),
        };
    }

    private T[] Values<T>(StateTensorKind wanted)
    {
        return Kind == wanted
            ? (T[])values
            : throw new InvalidOperationException($"the tensor holds {Kind} values; {wanted} values were asked for");
    }
}
