using System.Text;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>What a known name makes of its arguments. No code of the file or of another library runs.</summary>
internal static class PickleCalls
{
    private const int MostDimensions = 32;

    /// <summary>The value that a call stands for.</summary>
    /// <exception cref="FormatException">The arguments are not those that PyTorch writes.</exception>
    public static object Call(PickleGlobal global, object?[] arguments) => global.Kind switch
    {
        PickleGlobalKind.Inert => Inert(global, arguments),
        PickleGlobalKind.Dictionary => Dictionary(arguments),
        PickleGlobalKind.List => List(Items(arguments)),
        PickleGlobalKind.Tuple => new PickleTuple([.. Items(arguments)]),
        PickleGlobalKind.Bytes => Bytes(arguments),
        PickleGlobalKind.Encode => Encode(arguments),
        PickleGlobalKind.Tensor => Tensor(arguments, type: null),
        PickleGlobalKind.TypedTensor => arguments is [_, _, _, _, _, _, PickleGlobal { Kind: PickleGlobalKind.ElementType } type, ..]
            ? Tensor(arguments, type)
            : throw new FormatException("a tensor has no element type"),
        PickleGlobalKind.Parameter => arguments is [TorchTensor tensor, ..]
            ? tensor
            : throw new FormatException("a parameter is made of something that is no tensor"),
        _ => throw new FormatException($"{global.Name} is called, which is no function"),
    };

    /// <summary>The storage that a persistent id stands for.</summary>
    /// <exception cref="FormatException">The id is not one that PyTorch writes.</exception>
    public static TorchStorage Storage(object? id)
    {
        if (id is not PickleTuple { Items: ["storage", PickleGlobal type, string key, string, long count, ..] }
            || type.Kind is not (PickleGlobalKind.Storage or PickleGlobalKind.ByteStorage) || count < 0)
        {
            throw new FormatException("a storage is not given as ('storage', type, key, device, number of elements)");
        }

        return new TorchStorage(key, type.Type, count, type.Kind == PickleGlobalKind.ByteStorage);
    }

    private static PickleObject Inert(PickleGlobal global, object?[] arguments)
    {
        var made = new PickleObject(global);
        made.Build(new PickleTuple(arguments));
        return made;
    }

    private static PickleDictionary Dictionary(object?[] arguments)
    {
        var made = new PickleDictionary();
        switch (arguments is [PickleGlobal, ..] ? arguments[1..] : arguments)
        {
            case []:
                break;
            case [PickleDictionary from]:
                foreach ((object? key, object? value) in from.Items)
                {
                    made.Add(key, value);
                }

                break;
            case [PickleList pairs]:
                foreach (object? pair in pairs.Items)
                {
                    (object? key, object? value) = pair switch
                    {
                        PickleTuple { Items: [var k, var v] } => (k, v),
                        PickleList { Items: [var k, var v] } => (k, v),
                        _ => throw new FormatException("a dictionary is made of something else than pairs"),
                    };
                    made.Add(key, value);
                }

                break;
            default:
                throw new FormatException("a dictionary is made of something else than pairs");
        }

        return made;
    }

    private static IReadOnlyList<object?> Items(object?[] arguments) => arguments switch
    {
        [] => [],
        [PickleList list, ..] => list.Items,
        [PickleTuple tuple, ..] => tuple.Items,
        _ => throw new FormatException("a list or tuple is made of something else than a list or tuple"),
    };

    private static PickleList List(IReadOnlyList<object?> items)
    {
        var made = new PickleList();
        foreach (object? item in items)
        {
            made.Add(item);
        }

        return made;
    }

    private static byte[] Bytes(object?[] arguments) => arguments switch
    {
        [] => [],
        [byte[] bytes] => bytes,
        [string text, "latin-1" or "latin1"] => Encode([text, "latin1"]),
        _ => throw new FormatException("bytes are made of something else than bytes"),
    };

    private static byte[] Encode(object?[] arguments) => arguments is [string text, "latin1" or "latin-1" or "latin_1"]
        ? text.All(c => c <= 0xFF) ? Encoding.Latin1.GetBytes(text) : throw new FormatException("a text does not fit the encoding latin1")
        : throw new FormatException("_codecs.encode is used for something else than bytes as latin1");

    private static TorchTensor Tensor(object?[] arguments, PickleGlobal? type)
    {
        if (arguments is not [TorchStorage storage, long offset, PickleTuple size, PickleTuple stride, ..])
        {
            throw new FormatException("a tensor is not given as (storage, offset, size, stride, ...)");
        }

        long[] shape = Numbers(size), strides = Numbers(stride);
        return shape.Length == strides.Length && offset >= 0
            ? new TorchTensor(storage, type is null ? storage.Type : type.Type, offset, shape, strides)
            : throw new FormatException("a tensor has a size, a stride and an offset that do not go together");
    }

    private static long[] Numbers(PickleTuple tuple) =>
        tuple.Items.Length <= MostDimensions && tuple.Items.All(i => i is long and >= 0)
            ? [.. tuple.Items.Select(i => (long)i!)]
            : throw new FormatException($"a tensor has a size or stride that is not at most {MostDimensions} numbers of 0 or more");
}
