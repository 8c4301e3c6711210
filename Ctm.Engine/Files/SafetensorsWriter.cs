using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ctm.Engine.Files;

/// <summary>
/// Writes safetensors files, a tensor at a time. The same tensors and metadata always give the same bytes. The header lists
/// the tensors as given; the data stand by element size, widest first, so that every tensor is aligned for readers that map the file.
/// </summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Writes a file atomically: at any moment the path holds the old file or the complete new one.</summary>
    /// <param name="path">Path of the file; its folder must exist.</param>
    /// <param name="tensors">The tensors, names unique.</param>
    /// <param name="metadata">Free text for the header, or null.</param>
    /// <exception cref="ArgumentException">A name is reserved, not valid Unicode or given twice, or a tensor's values do not fit its
    /// shape.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, IEnumerable<SafetensorsTensor> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));
    }

    /// <summary>Writes to a stream; see <see cref="Save"/>.</summary>
    /// <param name="stream">Where the bytes go; it need not be seekable.</param>
    /// <param name="tensors">The tensors, names unique.</param>
    /// <param name="metadata">Free text for the header, or null.</param>
    /// <exception cref="ArgumentException">As <see cref="Save"/>.</exception>
    public static void Write(
        Stream stream, IEnumerable<SafetensorsTensor> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        SafetensorsTensor[] listed = [.. tensors];
        SafetensorsTensor[] laidOut = [.. listed.OrderByDescending(t => t.DType.Size())];
        ReadOnlySpan<byte> json = Header(listed, laidOut, metadata ?? []);

        // JSON allows white space after the object: the pad that aligns the data.
        int padded = (json.Length + Alignment - 1) / Alignment * Alignment;
        if (padded > SafetensorsHeader.LargestHeader)
        {
            throw new ArgumentException(
                $"the header of these tensors and metadata has {padded} bytes; "
                + $"a safetensors header has at most {SafetensorsHeader.LargestHeader}");
        }

        Span<byte> prefix = stackalloc byte[Alignment];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)padded);
        stream.Write(prefix);
        stream.Write(json);
        prefix.Fill((byte)' ');
        stream.Write(prefix[..(padded - json.Length)]);
        foreach (SafetensorsTensor tensor in laidOut)
        {
            tensor.WriteTo(stream);
        }
    }

    private static ReadOnlySpan<byte> Header(
        SafetensorsTensor[] listed, SafetensorsTensor[] laidOut, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        long offset = 0;
        foreach (SafetensorsTensor tensor in laidOut)
        {
            CheckText(tensor.Name);
            if (tensor.Name == SafetensorsHeader.MetadataKey || !offsets.TryAdd(tensor.Name, offset))
            {
                string fault = tensor.Name == SafetensorsHeader.MetadataKey ? "is reserved by the format" : "is given twice";
                throw new ArgumentException($"the tensor name {MessageText.Quote(tensor.Name)} {fault}; choose another one");
            }

            offset = checked(offset + tensor.ByteCount);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            foreach (SafetensorsTensor tensor in listed)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.DType.Name());
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offsets[tensor.Name], offsets[tensor.Name] + tensor.ByteCount]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string key, string value) in metadata)
        {
            CheckText(key);
            CheckText(value);
            if (seen.Count == 0)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
            }

            if (!seen.Add(key))
            {
                throw new ArgumentException($"the metadata key {MessageText.Quote(key)} is given twice; keys must be unique");
            }

            json.WriteString(key, value);
        }

        if (seen.Count > 0)
        {
            json.WriteEndObject();
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void CheckText(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException(
                $"the text {MessageText.Quote(text)} holds half of a surrogate pair; it cannot be written as UTF-8", e);
        }
    }
}
