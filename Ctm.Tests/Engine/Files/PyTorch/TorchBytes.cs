using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Files;

namespace Ctm.Tests.Engine.Files.PyTorch;

/// <summary>Writes PyTorch files in memory.</summary>
internal static class TorchBytes
{
    /// <summary>A file with a pickle and raw storages, by key.</summary>
    public static byte[] Of(byte[] pickle, IEnumerable<KeyValuePair<string, byte[]>>? storages = null, bool deflate = false,
        string? byteOrder = null, bool wide = false)
    {
        var zip = new ZipBytes();
        zip.Add("model/data.pkl", pickle, deflate);
        if (byteOrder is not null)
        {
            zip.Add("model/byteorder", System.Text.Encoding.ASCII.GetBytes(byteOrder));
        }

        foreach ((string key, byte[] bytes) in storages ?? [])
        {
            zip.Add($"model/data/{key}", bytes, deflate);
        }

        zip.Add("model/version", "3\n"u8);
        return zip.ToArray(wide);
    }

    /// <summary>A tensor, as PyTorch writes it.</summary>
    public static PickleBytes Tensor(
        this PickleBytes pickle, string key, string storage, long count, long[] shape, long[] strides, long offset = 0)
    {
        pickle.Global("torch._utils", "_rebuild_tensor_v2").Op('(').Op('(').Text("storage").Global("torch", storage).Text(key).Text("cpu");
        return pickle.Number(count).Op('t', 'Q').Number(offset).Numbers(shape).Numbers(strides)
            .Op((byte)0x89).Global("collections", "OrderedDict").Op(')', 'R').Op('t', 'R');
    }

    /// <summary>A tuple of numbers.</summary>
    public static PickleBytes Numbers(this PickleBytes pickle, params ReadOnlySpan<long> numbers)
    {
        pickle.Op('(');
        foreach (long number in numbers)
        {
            pickle.Number(number);
        }

        return pickle.Op('t');
    }

    /// <summary>A state dict with one tensor, and its file.</summary>
    public static byte[] OneTensor(
        string storage, byte[] bytes, long count, long[] shape, long[] strides, long offset = 0, bool deflate = false,
            string? byteOrder = null) => Of(
            new PickleBytes().Op('}').Text("x").Tensor("0", storage, count, shape, strides, offset).Op('s').Stop(),
            [new("0", bytes)],
            deflate,
            byteOrder);

    /// <summary>A training checkpoint with the tensors of a state and settings; a null list of settings leaves them out.</summary>
    public static byte[] Checkpoint(
        StateDictionary state, IEnumerable<KeyValuePair<string, object?>>? settings, string? key = "model_state_dict",
        Func<string, string>? rename = null)
    {
        var pickle = new PickleBytes();
        var storages = new List<KeyValuePair<string, byte[]>>();
        pickle.Op('}', '(');
        if (key is not null)
        {
            pickle.Text(key).Global("collections", "OrderedDict").Op(')', 'R').Op('(');
        }

        foreach ((string name, StateTensor tensor) in state)
        {
            string number = $"{storages.Count}";
            pickle.Text(rename?.Invoke(name) ?? name);
            (string storage, byte[] bytes) = tensor.Kind switch
            {
                StateTensorKind.Single => ("FloatStorage", MemoryMarshal.AsBytes(tensor.Singles.AsSpan()).ToArray()),
                StateTensorKind.Int64 => ("LongStorage", MemoryMarshal.AsBytes(tensor.Integers.AsSpan()).ToArray()),
                _ => ("BoolStorage", MemoryMarshal.AsBytes(tensor.Booleans.AsSpan()).ToArray()),
            };
            storages.Add(new(number, bytes));
            pickle.Tensor(number, storage, tensor.Length, tensor.Shape, Strides(tensor.Shape));
        }

        if (key is not null)
        {
            pickle.Op('u');
        }

        if (settings is not null)
        {
            pickle.Text("args").Global("argparse", "Namespace").Op((byte)')', 0x81).Op('}', '(');
            foreach ((string name, object? value) in settings)
            {
                pickle.Text(name).Value(value);
            }

            pickle.Op('u', 'b');
        }

        return Of(pickle.Op('u').Stop(), storages);
    }

    /// <summary>A JSON value as a value of settings.</summary>
    public static object? Plain(JsonNode? value) => value switch
    {
        null => null,
        JsonArray items => items.Select(Plain).ToArray(),
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => value.GetValue<string>(),
            _ when value.ToJsonString().All(c => char.IsDigit(c) || c == '-') => value.GetValue<int>(),
            _ => value.GetValue<double>(),
        },
    };

    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        long step = 1;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = step;
            step *= shape[d];
        }

        return strides;
    }
}
