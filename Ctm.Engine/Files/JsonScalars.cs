using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ctm.Engine.Files;

/// <summary>Checks a single JSON value against a simple .NET type.</summary>
internal static class JsonScalars
{
    /// <summary>What the value should be, or null when it fits or the type is not a simple one.</summary>
    public static string? Problem(ref Utf8JsonReader reader, JsonTypeInfo type)
    {
        Type simple = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (simple.IsEnum)
        {
            string[] names =
                [.. Enum.GetValuesAsUnderlyingType(simple).Cast<object>().Select(v => Name(Enum.ToObject(simple, v), type.Options))];
            bool known = reader.TokenType == JsonTokenType.String && names.Contains(reader.GetString());
            return known ? null : $"one of {string.Join(", ", names)}";
        }

        bool number = reader.TokenType == JsonTokenType.Number;
        return Type.GetTypeCode(simple) switch
        {
            TypeCode.Boolean => reader.TokenType is JsonTokenType.True or JsonTokenType.False ? null : "true or false",
            TypeCode.String => reader.TokenType == JsonTokenType.String ? null : "text in quotes",
            TypeCode.Byte => Whole<byte>(number && reader.TryGetByte(out _)),
            TypeCode.SByte => Whole<sbyte>(number && reader.TryGetSByte(out _)),
            TypeCode.Int16 => Whole<short>(number && reader.TryGetInt16(out _)),
            TypeCode.UInt16 => Whole<ushort>(number && reader.TryGetUInt16(out _)),
            TypeCode.Int32 => Whole<int>(number && reader.TryGetInt32(out _)),
            TypeCode.UInt32 => Whole<uint>(number && reader.TryGetUInt32(out _)),
            TypeCode.Int64 => Whole<long>(number && reader.TryGetInt64(out _)),
            TypeCode.UInt64 => Whole<ulong>(number && reader.TryGetUInt64(out _)),
            TypeCode.Single => number && reader.TryGetSingle(out float f) && float.IsFinite(f) ? null : "a float32 number",
            TypeCode.Double => number && reader.TryGetDouble(out double d) && double.IsFinite(d) ? null : "a float64 number",
            _ => null,
        };
    }

    private static string? Whole<T>(bool fits)
        where T : IMinMaxValue<T>, IFormattable
    {
        return fits ? null : FormattableString.Invariant($"a whole number from {T.MinValue} to {T.MaxValue}");
    }

    private static string Name(object value, JsonSerializerOptions options)
    {
        return JsonSerializer.SerializeToElement(value, value.GetType(), options).GetString()!;
    }
}
