using System.Text.Json;
using System.Text.Unicode;

namespace Ctm.Engine.Files;

/// <summary>
/// Parses and validates the JSON header: <c>{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...,
/// "__metadata__": {"key": "text"}}</c>. The byte ranges must follow each other without gap or overlap and end with the data.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Key of the free text that a file may carry.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>Largest header, as the format's reference implementation has it.</summary>
    public const long LargestHeader = 100_000_000;

    private const int MostDimensions = 32;
    private readonly string file;

    private SafetensorsHeader(string file)
    {
        this.file = file;
    }

    /// <summary>The tensors in the header's order.</summary>
    public OrderedDictionary<string, SafetensorsEntry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>The free text of the file.</summary>
    public OrderedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Parses the header; every fault is a <see cref="CheckpointFormatException"/>.</summary>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        var header = new SafetensorsHeader(file);
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw header.Bad("the header does not start with '{'; this is not a safetensors file");
        }

        if (!Utf8.IsValid(json))
        {
            throw header.Bad("the header is not valid UTF-8; this is not a safetensors file, or it is damaged");
        }

        try
        {
            header.ReadTop(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new CheckpointFormatException(file, $"the header is not valid JSON: {MessageText.OneLine(e.Message)}", e);
        }

        header.CheckCoverage(dataLength);
        return header;
    }

    private void ReadTop(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        bool metadataSeen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (name != MetadataKey)
            {
                SafetensorsEntry entry = ReadEntry(ref reader, name);
                if (!Entries.TryAdd(name, entry))
                {
                    throw Bad($"tensor {MessageText.Quote(name)} is listed twice; every name must be unique");
                }
            }
            else if (metadataSeen)
            {
                throw Bad($"{MetadataKey} is listed twice; it may stand once");
            }
            else
            {
                metadataSeen = true;
                ReadMetadata(ref reader);
            }
        }

        // Anything but white space after the closing brace makes the reader throw.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad($"{MetadataKey} is not an object; it must map names to texts");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Bad($"{MetadataKey} has a value that is not text under {MessageText.Quote(key)}; every value must be text");
            }

            if (!Metadata.TryAdd(key, reader.GetString()!))
            {
                throw Bad($"{MetadataKey} has the key {MessageText.Quote(key)} twice; every key must be unique");
            }
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad($"the entry of tensor {MessageText.Quote(name)} is not an object with dtype, shape and data_offsets");
        }

        string? typeName = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            bool twice;
            switch (key)
            {
                case "dtype":
                    twice = typeName is not null;
                    typeName = reader.TokenType == JsonTokenType.String
                        ? reader.GetString()!
                        : throw Bad(
                            $"tensor {MessageText.Quote(name)} has a dtype that is not text; known are {SafetensorsDTypes.KnownNames}");
                    break;
                case "shape":
                    twice = shape is not null;
                    shape = ReadNumbers(ref reader, name, "shape");
                    break;
                case "data_offsets":
                    twice = offsets is not null;
                    offsets = ReadNumbers(ref reader, name, "data_offsets");
                    break;
                default:
                    throw Bad($"tensor {MessageText.Quote(name)} has an unknown field {MessageText.Quote(key)}; "
                        + "only dtype, shape and data_offsets may stand there");
            }

            if (twice)
            {
                throw Bad($"tensor {MessageText.Quote(name)} has the field {key} twice; it may stand once");
            }
        }

        if (typeName is null || shape is null || offsets is null)
        {
            string missing = typeName is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Bad($"tensor {MessageText.Quote(name)} has no {missing}; dtype, shape and data_offsets are required");
        }

        return CheckEntry(name, typeName, shape, offsets);
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Bad($"tensor {MessageText.Quote(name)} has a {field} that is not a list of whole numbers");
        }

        var numbers = new List<long>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Bad($"tensor {MessageText.Quote(name)} has a {field} with something else than whole numbers from 0 to 2^63 - 1");
            }

            if (numbers.Count == MostDimensions)
            {
                throw Bad($"tensor {MessageText.Quote(name)} has a {field} with more than {MostDimensions} numbers");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private SafetensorsEntry CheckEntry(string name, string typeName, long[] shape, long[] offsets)
    {
        if (!SafetensorsDTypes.TryParse(typeName, out SafetensorsDType type))
        {
            throw Bad($"tensor {MessageText.Quote(name)} has the unknown dtype {MessageText.Quote(typeName)}; "
                + $"known are {SafetensorsDTypes.KnownNames}");
        }

        if (offsets.Length != 2 || offsets[1] < offsets[0])
        {
            throw Bad(
                $"tensor {MessageText.Quote(name)} has data_offsets {MessageText.Shape(offsets)}; they must be [begin, end], begin <= end");
        }

        long count = 1;
        long bytes;
        try
        {
            foreach (long dimension in shape)
            {
                count = checked(count * dimension);
            }

            bytes = checked(count * type.Size());
        }
        catch (OverflowException)
        {
            throw Bad($"tensor {MessageText.Quote(name)} of shape {MessageText.Shape(shape)} has more than 2^63 - 1 bytes");
        }

        if (bytes != offsets[1] - offsets[0])
        {
            throw Bad($"tensor {MessageText.Quote(name)} of shape {MessageText.Shape(shape)} and dtype {typeName} needs {bytes} bytes, "
                + $"but its data_offsets {MessageText.Shape(offsets)} hold {offsets[1] - offsets[0]}");
        }

        return new SafetensorsEntry(name, type, shape, count, offsets[0]);
    }

    private void CheckCoverage(long dataLength)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in Entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.ByteCount))
        {
            if (entry.Offset != end)
            {
                string fault = entry.Offset < end ? "overlaps the tensor before it" : "leaves a gap behind the tensor before it";
                throw Bad($"tensor {MessageText.Quote(entry.Name)} at byte {entry.Offset} {fault}; it must begin at byte {end}");
            }

            end += entry.ByteCount;
        }

        if (end != dataLength)
        {
            string fault = end > dataLength ? "the file is truncated" : "the file has bytes that belong to no tensor";
            throw Bad($"{fault}: the tensors need {end} bytes after the header, the file has {dataLength}");
        }
    }

    private CheckpointFormatException Bad(string problem)
    {
        return new CheckpointFormatException(file, problem);
    }
}
