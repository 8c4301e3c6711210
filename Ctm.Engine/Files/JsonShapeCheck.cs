using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ctm.Engine.Files;

/// <summary>
/// Walks a JSON text beside the types that it should fill and reports the first unknown, repeated or missing key and the first simple
/// value of a wrong type, with its line and with what would be right. What it does not know (custom converters) it leaves to the
/// serializer.
/// </summary>
internal ref struct JsonShapeCheck
{
    private readonly ReadOnlySpan<byte> json;
    private readonly string file;
    private Utf8JsonReader reader;

    private JsonShapeCheck(ReadOnlySpan<byte> json, string file)
    {
        this.json = json;
        this.file = file;
        reader = new Utf8JsonReader(json);
    }

    /// <summary>Checks the whole text.</summary>
    /// <exception cref="JsonFileException">A key or value does not fit the type.</exception>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static void Check(ReadOnlySpan<byte> json, JsonTypeInfo type, string file)
    {
        var check = new JsonShapeCheck(json, file);
        check.reader.Read();
        check.Value(type, "the file");
        check.reader.Read();
    }

    private static bool AllowsNull(JsonPropertyInfo property)
    {
        bool allowed = property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;
        return allowed && (!property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null);
    }

    private void Value(JsonTypeInfo type, string what)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (type.Converter is IJsonFamily family)
        {
            type = type.Options.GetTypeInfo(family.TypeOf(JsonFamilies.NameIn(reader, family.Key)));
        }

        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when reader.TokenType == JsonTokenType.StartObject:
                Object(type, what);
                break;
            case JsonTypeInfoKind.Enumerable when reader.TokenType == JsonTokenType.StartArray:
                Items(type, what);
                break;
            case JsonTypeInfoKind.Dictionary when reader.TokenType == JsonTokenType.StartObject:
                Dictionary(type);
                break;
            case JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary:
                throw Bad($"{what} is {Token()}; it must be an object in braces");
            case JsonTypeInfoKind.Enumerable:
                throw Bad($"{what} is {Token()}; it must be a list in brackets");
            default:
                string? wanted = JsonScalars.Problem(ref reader, type);
                if (wanted is not null)
                {
                    throw Bad($"{what} is {Token()}; it must be {wanted}");
                }

                reader.Skip();
                break;
        }
    }

    private void Object(JsonTypeInfo type, string what)
    {
        var known = type.Properties.Where(p => !p.IsExtensionData).ToDictionary(p => p.Name, StringComparer.Ordinal);
        bool open = type.Properties.Any(p => p.IsExtensionData);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long start = reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            if (!seen.Add(key))
            {
                throw Bad($"the key {MessageText.Quote(key)} stands twice; it may stand once");
            }

            if (known.TryGetValue(key, out JsonPropertyInfo? property))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null && !AllowsNull(property))
                {
                    throw Bad($"{MessageText.Quote(key)} is null; it needs a value");
                }

                Value(type.Options.GetTypeInfo(property.PropertyType), MessageText.Quote(key));
            }
            else if (open)
            {
                reader.Skip();
            }
            else
            {
                string? nearest = MessageText.Nearest(key, known.Keys);
                string hint = nearest is null
                    ? $"known are {string.Join(", ", known.Keys)}"
                    : $"did you mean {MessageText.Quote(nearest)}?";
                throw Bad($"unknown key {MessageText.Quote(key)}; {hint}");
            }
        }

        string[] missing = [.. known.Values.Where(p => p.IsRequired && !seen.Contains(p.Name)).Select(p => MessageText.Quote(p.Name))];
        if (missing.Length > 0)
        {
            throw Bad($"{what} lacks the required key{(missing.Length == 1 ? string.Empty : "s")} {string.Join(", ", missing)}", start);
        }
    }

    private void Items(JsonTypeInfo type, string what)
    {
        JsonTypeInfo element = type.Options.GetTypeInfo(type.ElementType ?? typeof(object));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Value(element, $"an item of {what}");
        }
    }

    private void Dictionary(JsonTypeInfo type)
    {
        JsonTypeInfo element = type.Options.GetTypeInfo(type.ElementType ?? typeof(object));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            Value(element, MessageText.Quote(key));
        }
    }

    private readonly string Token()
    {
        return reader.TokenType switch
        {
            JsonTokenType.String => $"the text {MessageText.Quote(reader.GetString()!)}",
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            _ => MessageText.OneLine(System.Text.Encoding.UTF8.GetString(reader.ValueSpan), 60),
        };
    }

    private readonly JsonFileException Bad(string problem)
    {
        return Bad(problem, reader.TokenStartIndex);
    }

    private readonly JsonFileException Bad(string problem, long position)
    {
        return new JsonFileException(file, json[..(int)position].Count((byte)'\n') + 1L, problem);
    }
}
