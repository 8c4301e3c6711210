using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Ctm.Engine.Files;

/// <summary>
/// Reads and writes records as JSON files: keys in snake_case, enum values in kebab-case (an exception is named with
/// <see cref="JsonStringEnumMemberNameAttribute"/>), invariant numbers that read back bit-equal. Reading is strict: an unknown, a
/// missing or a repeated key and a value of the wrong type are errors that name the file and the line.
/// </summary>
public static class JsonFiles
{
    /// <summary>The serializer options of all JSON files of the engine; read-only.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>Reads a record from a file.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="path">Path of the file, UTF-8.</param>
    /// <exception cref="JsonFileException">The file is not JSON, or not what the record asks for.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    public static T Read<T>(string path)
    {
        return Parse<T>(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a record from text.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="json">The JSON text.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="JsonFileException">The text is not JSON, or not what the record asks for.</exception>
    public static T Parse<T>(string json, string name)
    {
        return Parse<T>(Encoding.UTF8.GetBytes(json), name);
    }

    /// <summary>The record as indented JSON with a line end at its end; the same on every operating system.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="value">What to write; numbers must be finite.</param>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static string ToText<T>(T value)
    {
        return JsonSerializer.Serialize(value, Options) + "\n";
    }

    /// <summary>Writes a record atomically.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="path">Path of the file; its folder must exist.</param>
    /// <param name="value">What to write; numbers must be finite.</param>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write<T>(string path, T value)
    {
        AtomicFile.WriteText(path, ToText(value));
    }

    /// <summary>As <see cref="Parse{T}(string, string)"/>, from UTF-8 that need not be valid.</summary>
    internal static T Parse<T>(ReadOnlySpan<byte> json, string file)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        json = json.StartsWith(mark) ? json[mark.Length..] : json;
        if (!Utf8.IsValid(json))
        {
            throw new JsonFileException(file, 1, "the text is not valid UTF-8");
        }

        try
        {
            JsonTypeInfo type = Options.GetTypeInfo(typeof(T));
            JsonShapeCheck.Check(json, type, file);
            return (T?)JsonSerializer.Deserialize(json, type)
                ?? throw new JsonFileException(file, 1, "the value is null; an object is needed");
        }
        catch (JsonException e)
        {
            throw new JsonFileException(file, (e.LineNumber ?? 0) + 1, Problem(e), e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // A constructor of the record refused its values, or a text holds half of a surrogate pair.
            throw new JsonFileException(file, 1, MessageText.OneLine(e.Message), e);
        }
    }

    private static string Problem(JsonException e)
    {
        int tail = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        tail = tail < 0 ? e.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal) : tail;
        string message = MessageText.OneLine(tail < 0 ? e.Message : e.Message[..tail]);
        return string.IsNullOrEmpty(e.Path) || e.Path == "$" ? message : $"at {MessageText.OneLine(e.Path)}: {message}";
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { DropOverrides } },
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }

    // The serializer takes an override without the attributes of what it overrides for a second property.
    private static void DropOverrides(JsonTypeInfo type)
    {
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            JsonPropertyInfo property = type.Properties[i];
            if (property.AttributeProvider is PropertyInfo { GetMethod: { } getter } own && getter != getter.GetBaseDefinition()
                && type.Properties.Any(p => p != property && p.AttributeProvider is PropertyInfo other && other.Name == own.Name))
            {
                type.Properties.RemoveAt(i);
            }
        }
    }
}
