namespace Ctm.Engine.Files;

/// <summary>Names and sizes of the element types.</summary>
internal static class SafetensorsDTypes
{
    /// <summary>The names of all known types, for messages.</summary>
    public static string KnownNames { get; } = string.Join(", ", Enum.GetValues<SafetensorsDType>().Select(Name));

    /// <summary>The name as it stands in the file.</summary>
    public static string Name(this SafetensorsDType type)
    {
        return type == SafetensorsDType.Bool ? "BOOL" : type.ToString();
    }

    /// <summary>Bytes of one element.</summary>
    public static int Size(this SafetensorsDType type)
    {
        return type switch
        {
            SafetensorsDType.F64 or SafetensorsDType.I64 or SafetensorsDType.U64 => 8,
            SafetensorsDType.F32 or SafetensorsDType.I32 or SafetensorsDType.U32 => 4,
            SafetensorsDType.F16 or SafetensorsDType.BF16 or SafetensorsDType.I16 or SafetensorsDType.U16 => 2,
            _ => 1,
        };
    }

    /// <summary>Whether values of this type are floating-point numbers.</summary>
    public static bool IsFloat(this SafetensorsDType type)
    {
        return type is SafetensorsDType.F64 or SafetensorsDType.F32 or SafetensorsDType.F16 or SafetensorsDType.BF16;
    }

    /// <summary>Finds the type of a name in the file; names are case-sensitive.</summary>
    public static bool TryParse(string name, out SafetensorsDType type)
    {
        foreach (SafetensorsDType candidate in Enum.GetValues<SafetensorsDType>())
        {
            if (candidate.Name() == name)
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }
}
