namespace Ctm.Engine.Files.PyTorch;

/// <summary>What the reader makes of a known name.</summary>
internal enum PickleGlobalKind
{
    /// <summary>A value that is kept without meaning.</summary>
    Inert,

    /// <summary>A dictionary.</summary>
    Dictionary,

    /// <summary>A list or set.</summary>
    List,

    /// <summary>A tuple.</summary>
    Tuple,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Text to bytes.</summary>
    Encode,

    /// <summary>The type of a storage.</summary>
    Storage,

    /// <summary>The type of a storage of bytes.</summary>
    ByteStorage,

    /// <summary>The type of elements.</summary>
    ElementType,

    /// <summary>A tensor from a storage of a type.</summary>
    Tensor,

    /// <summary>A tensor from a storage of bytes.</summary>
    TypedTensor,

    /// <summary>A parameter from a tensor.</summary>
    Parameter,
}

/// <summary>A name that a pickle may ask for.</summary>
/// <param name="Name">Module and name with a dot between.</param>
/// <param name="Kind">What is made of it.</param>
/// <param name="Type">The element type, for storages and element types that a state can have.</param>
internal sealed record PickleGlobal(string Name, PickleGlobalKind Kind, SafetensorsDType? Type = null);

/// <summary>
/// The names that PyTorch training checkpoints need. Each stands for something that this reader makes itself: nothing is looked up
/// by name or executed. Any other name is refused.
/// </summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, PickleGlobal> Known = Create();

    /// <summary>The global of a name; null for one that is not known.</summary>
    public static PickleGlobal? Find(string module, string name)
    {
        // A dot inside of the name would reach into what the module holds.
        return name.Contains('.', StringComparison.Ordinal) ? null : Known.GetValueOrDefault($"{module}.{name}");
    }

    private static Dictionary<string, PickleGlobal> Create()
    {
        var known = new Dictionary<string, PickleGlobal>(StringComparer.Ordinal);
        AddTorch(known);
        Add(known, PickleGlobalKind.Dictionary, "collections.OrderedDict", "collections.Counter", "collections.defaultdict");
        Add(known, PickleGlobalKind.List, "collections.deque");
        Add(known, PickleGlobalKind.Encode, "_codecs.encode");
        Add(known, PickleGlobalKind.Inert, "argparse.Namespace", "types.SimpleNamespace");
        foreach (string module in new[] { "builtins", "__builtin__" })
        {
            Add(known, PickleGlobalKind.Dictionary, $"{module}.dict");
            Add(known, PickleGlobalKind.List, $"{module}.list", $"{module}.set", $"{module}.frozenset");
            Add(known, PickleGlobalKind.Tuple, $"{module}.tuple");
            Add(known, PickleGlobalKind.Bytes, $"{module}.bytes", $"{module}.bytearray");
            Add(known, PickleGlobalKind.Inert, $"{module}.complex", $"{module}.int", $"{module}.float", $"{module}.bool",
                $"{module}.slice");
        }

        foreach (string core in new[] { "numpy.core", "numpy._core" })
        {
            Add(known, PickleGlobalKind.Inert, $"{core}.multiarray._reconstruct", $"{core}.multiarray.scalar",
                $"{core}.numeric._frombuffer");
        }

        Add(known, PickleGlobalKind.Inert, "numpy.dtype", "numpy.ndarray");
        foreach (string name in new[] { "Bool", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float16",
            "Float32", "Float64" })
        {
            Add(known, PickleGlobalKind.Inert, $"numpy.dtypes.{name}DType");
        }

        foreach (string module in new[] { "pathlib", "pathlib._local" })
        {
            Add(known, PickleGlobalKind.Inert, $"{module}.PosixPath", $"{module}.WindowsPath", $"{module}.PurePosixPath",
                $"{module}.PureWindowsPath");
        }

        return known;
    }

    private static void AddTorch(Dictionary<string, PickleGlobal> known)
    {
        var types = new (string Storage, string[] Types, SafetensorsDType? Type)[]
        {
            ("DoubleStorage", ["float64", "double"], SafetensorsDType.F64),
            ("FloatStorage", ["float32", "float"], SafetensorsDType.F32),
            ("HalfStorage", ["float16", "half"], SafetensorsDType.F16),
            ("BFloat16Storage", ["bfloat16"], SafetensorsDType.BF16),
            ("LongStorage", ["int64", "long"], SafetensorsDType.I64),
            ("IntStorage", ["int32", "int"], SafetensorsDType.I32),
            ("ShortStorage", ["int16", "short"], SafetensorsDType.I16),
            ("CharStorage", ["int8"], SafetensorsDType.I8),
            ("ByteStorage", ["uint8"], SafetensorsDType.U8),
            ("BoolStorage", ["bool"], SafetensorsDType.Bool),
            ("ComplexFloatStorage", ["complex64", "cfloat"], null),
            ("ComplexDoubleStorage", ["complex128", "cdouble"], null),
        };
        foreach ((string storage, string[] names, SafetensorsDType? type) in types)
        {
            Add(known, new PickleGlobal($"torch.{storage}", PickleGlobalKind.Storage, type));
            foreach (string name in names)
            {
                Add(known, new PickleGlobal($"torch.{name}", PickleGlobalKind.ElementType, type));
            }
        }

        foreach ((string name, SafetensorsDType type) in new[]
        {
            ("uint16", SafetensorsDType.U16), ("uint32", SafetensorsDType.U32), ("uint64", SafetensorsDType.U64),
        })
        {
            Add(known, new PickleGlobal($"torch.{name}", PickleGlobalKind.ElementType, type));
        }

        Add(known, PickleGlobalKind.ByteStorage, "torch.UntypedStorage", "torch.storage.UntypedStorage");
        Add(known, PickleGlobalKind.Tensor, "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor");
        Add(known, PickleGlobalKind.TypedTensor, "torch._utils._rebuild_tensor_v3");
        Add(known, PickleGlobalKind.Parameter, "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state");
        Add(known, PickleGlobalKind.Tuple, "torch.Size");
        Add(known, PickleGlobalKind.Inert, "torch.device", "torch.serialization._get_layout", "torch.strided");
    }

    private static void Add(Dictionary<string, PickleGlobal> known, PickleGlobalKind kind, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            Add(known, new PickleGlobal(name, kind));
        }
    }

    private static void Add(Dictionary<string, PickleGlobal> known, PickleGlobal global)
    {
        known.Add(global.Name, global);
    }
}
