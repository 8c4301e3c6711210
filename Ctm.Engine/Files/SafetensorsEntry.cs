namespace Ctm.Engine.Files;

/// <summary>One tensor of a safetensors file: its name, type, shape and place. Reading the values is <see cref="SafetensorsFile"/>'s
/// work.</summary>
public sealed class SafetensorsEntry
{
    internal SafetensorsEntry(string name, SafetensorsDType type, long[] shape, long elementCount, long offset)
    {
        Name = name;
        DType = type;
        Shape = shape;
        ElementCount = elementCount;
        Offset = offset;
    }

    /// <summary>Name of the tensor, for a model its state-dict name.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public SafetensorsDType DType { get; }

    /// <summary>Row-major shape; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>Product of the shape; 1 for a scalar.</summary>
    public long ElementCount { get; }

    /// <summary>First byte, counted from the start of the data that follows the header.</summary>
    public long Offset { get; }

    /// <summary>Bytes of the tensor.</summary>
    public long ByteCount => ElementCount * DType.Size();
}
