using System.Runtime.InteropServices;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>Turns views of storages into tensors of their own. Half, bfloat16 and float64 become float32, integers 64-bit.</summary>
internal sealed class TorchTensors
{
    // Views may overlap, and a stride of 0 repeats numbers: what they spread to is held near what the file has. Bytes may become
    // 64-bit integers.
    private const long LargestSpread = 8;
    private const long FreeBytes = 8 << 20;
    private readonly TorchArchive archive;
    private readonly string file;
    private long left;

    private TorchTensors(TorchArchive archive, string file, IEnumerable<TorchStorage> storages)
    {
        this.archive = archive;
        this.file = file;
        left = FreeBytes + storages.Select(archive.Find).DistinctBy(e => e.Name).Sum(e => e.Size * LargestSpread);
    }

    /// <summary>
    /// Reads named tensors into a dictionary, in their order. A name for the same view of the same storage as one before it becomes
    /// an alias of that one.
    /// </summary>
    /// <exception cref="CheckpointFormatException">A tensor reaches outside of its storage, or numbers are missing.</exception>
    public static StateDictionary Read(TorchArchive archive, string file, IReadOnlyList<KeyValuePair<string, TorchTensor>> tensors)
    {
        var reader = new TorchTensors(archive, file, tensors.Select(t => t.Value.Storage).Distinct());
        var read = new Dictionary<string, StateTensor>(StringComparer.Ordinal);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (IGrouping<string, KeyValuePair<string, TorchTensor>> shared in tensors.GroupBy(t => t.Value.Storage.Key))
        {
            byte[]? bytes = null;
            var views = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach ((string name, TorchTensor tensor) in shared)
            {
                string view = $"{tensor.Type} {tensor.Offset} {MessageText.Shape(tensor.Shape)} {MessageText.Shape(tensor.Strides)}";
                if (views.TryGetValue(view, out string? owner))
                {
                    owners.Add(name, owner);
                    continue;
                }

                bytes ??= archive.ReadStorage(tensor.Storage);
                read.Add(name, reader.Read(name, tensor, bytes));
                views.Add(view, name);
            }
        }

        var state = new StateDictionary();
        foreach ((string name, TorchTensor _) in tensors)
        {
            if (owners.TryGetValue(name, out string? owner))
            {
                state.AddAlias(name, owner);
            }
            else
            {
                state.Add(name, read[name]);
            }
        }

        return state;
    }

    private StateTensor Read(string name, TorchTensor tensor, byte[] bytes)
    {
        SafetensorsDType type = tensor.Type ?? throw Bad(name, "has complex numbers; it must have real ones");
        int width = type.IsFloat() ? sizeof(float) : type == SafetensorsDType.Bool ? sizeof(bool) : sizeof(long);
        int count = Count(name, tensor, bytes.Length / type.Size(), width);
        Exception NoValue(string holds) => Bad(name, holds);
        if (type.IsFloat())
        {
            return StateTensor.Of(tensor.Shape, Gather(tensor, count, bytes, type.Size(), ElementDecoders.Single(type)));
        }

        return type == SafetensorsDType.Bool
            ? StateTensor.Of(tensor.Shape, Gather(tensor, count, bytes, type.Size(), ElementDecoders.Boolean(NoValue)))
            : StateTensor.Of(tensor.Shape, Gather(tensor, count, bytes, type.Size(), ElementDecoders.Int64(type, NoValue)));
    }

    // Checks the view against the elements that there are, and returns how many it has.
    private int Count(string name, TorchTensor tensor, long elements, int width)
    {
        try
        {
            long count = 1, last = tensor.Offset;
            for (int i = 0; i < tensor.Shape.Length; i++)
            {
                count = checked(count * tensor.Shape[i]);
                last = checked(last + (Math.Max(tensor.Shape[i] - 1, 0) * tensor.Strides[i]));
            }

            if (count > 0 && last >= elements)
            {
                throw Bad(name, $"of shape {MessageText.Shape(tensor.Shape)} reaches to element {last} of a storage of {elements}");
            }

            if (count > left / width || count > Array.MaxLength)
            {
                throw Bad(name, $"of shape {MessageText.Shape(tensor.Shape)} repeats the numbers of the file too often");
            }

            left -= count * width;
            return (int)count;
        }
        catch (OverflowException)
        {
            throw Bad(name, $"of shape {MessageText.Shape(tensor.Shape)} has more than 2^63 - 1 elements");
        }
    }

    private T[] Gather<T>(TorchTensor tensor, int count, byte[] bytes, int size, DecodeElement<T> decode)
        where T : struct
    {
        var values = new T[count];
        if (count == 0)
        {
            return values;
        }

        bool swap = archive.IsBigEndian && size > 1;
        if (values is float[] singles && tensor.Type == SafetensorsDType.F32 && IsRowMajor(tensor) && !swap && BitConverter.IsLittleEndian)
        {
            bytes.AsSpan((int)tensor.Offset * size, count * size).CopyTo(MemoryMarshal.AsBytes(singles.AsSpan()));
            return values;
        }

        Span<byte> element = stackalloc byte[8];
        var index = new long[tensor.Shape.Length];
        long at = tensor.Offset;
        for (int i = 0; i < count; i++)
        {
            Span<byte> source = element[..size];
            bytes.AsSpan((int)(at * size), size).CopyTo(source);
            if (swap)
            {
                source.Reverse();
            }

            values[i] = decode(source);
            at = Next(tensor, index, at);
        }

        return values;
    }

    // Moves to the next element in row-major order of the shape.
    private static long Next(TorchTensor tensor, long[] index, long at)
    {
        for (int d = index.Length - 1; d >= 0; d--)
        {
            at += tensor.Strides[d];
            if (++index[d] < tensor.Shape[d])
            {
                return at;
            }

            at -= index[d] * tensor.Strides[d];
            index[d] = 0;
        }

        return at;
    }

    private static bool IsRowMajor(TorchTensor tensor)
    {
        long step = 1;
        for (int d = tensor.Shape.Length - 1; d >= 0; d--)
        {
            if (tensor.Shape[d] != 1 && tensor.Strides[d] != step)
            {
                return false;
            }

            step *= tensor.Shape[d];
        }

        return true;
    }

    private CheckpointFormatException Bad(string name, string problem)
    {
        return new CheckpointFormatException(file, $"tensor {MessageText.Quote(name)} {problem}");
    }
}
