namespace Ctm.Engine.Files;

/// <summary>
/// A <see cref="StateDictionary"/> as a safetensors file. Shared tensors follow the convention of the format's save_model: stored
/// once, with <c>{alias: owner}</c> in the metadata; a file that stores both names as tensors is read as well.
/// </summary>
public static class StateDictionaryFile
{
    /// <summary>Reads all tensors. F64, F16 and BF16 become float32, integers of any width become 64-bit.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="CheckpointFormatException">The file is not a well-formed safetensors file.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    public static StateDictionary Load(string path)
    {
        return Load(path, out _);
    }

    /// <summary>Reads all tensors and the metadata that are no aliases.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="metadata">The other metadata of the file.</param>
    /// <exception cref="CheckpointFormatException">The file is not a well-formed safetensors file.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    public static StateDictionary Load(string path, out IReadOnlyDictionary<string, string> metadata)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return Read(file, out metadata);
    }

    /// <summary>Reads all tensors of an open file and the metadata that are no aliases.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="metadata">The other metadata of the file.</param>
    /// <exception cref="CheckpointFormatException">A tensor cannot be read.</exception>
    public static StateDictionary Read(SafetensorsFile file, out IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(file);
        var state = new StateDictionary();
        foreach ((string name, SafetensorsEntry entry) in file.Entries)
        {
            state.Add(name, ReadTensor(file, entry));
        }

        var rest = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in file.Metadata)
        {
            if (!file.Entries.ContainsKey(key) && file.Entries.ContainsKey(value))
            {
                state.AddAlias(key, value);
            }
            else
            {
                rest.Add(key, value);
            }
        }

        metadata = rest;
        return state;
    }

    /// <summary>Writes a file atomically; see <see cref="SafetensorsWriter.Save"/>.</summary>
    /// <param name="path">Path of the file; its folder must exist.</param>
    /// <param name="state">The tensors; aliases go to the metadata.</param>
    /// <param name="metadata">More metadata, or null; its keys must not be names of tensors.</param>
    /// <exception cref="ArgumentException">A metadata key is the name of a tensor, or a name cannot stand in the file.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, StateDictionary state, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        List<KeyValuePair<string, string>> texts = [.. state.Aliases];
        foreach (KeyValuePair<string, string> text in metadata ?? [])
        {
            if (state.TryGet(text.Key, out _) || state.TryGet(text.Value, out _))
            {
                throw new ArgumentException(
                    $"the metadata {MessageText.Quote(text.Key)} = {MessageText.Quote(text.Value)} "
                    + "would read as an alias of a tensor; rename it",
                    nameof(metadata));
            }

            texts.Add(text);
        }

        IEnumerable<SafetensorsTensor> stored =
            state.Where(t => !state.Aliases.ContainsKey(t.Key)).Select(t => t.Value.ToSafetensors(t.Key));
        SafetensorsWriter.Save(path, stored, texts);
    }

    private static StateTensor ReadTensor(SafetensorsFile file, SafetensorsEntry entry)
    {
        if (entry.DType.IsFloat())
        {
            return StateTensor.Of(entry.Shape, file.ReadSingles(entry.Name));
        }

        return entry.DType == SafetensorsDType.Bool
            ? StateTensor.Of(entry.Shape, file.ReadBooleans(entry.Name))
            : StateTensor.Of(entry.Shape, file.ReadInt64(entry.Name));
    }
}
