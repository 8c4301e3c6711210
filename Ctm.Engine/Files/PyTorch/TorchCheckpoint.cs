using System.Text.Json.Nodes;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>
/// The model and the settings in a training checkpoint that <c>torch.save</c> of PyTorch 1.6 or later wrote (tasks/*/train.py). The
/// file is untrusted: nothing in it is executed, and a name, a size or a structure that training checkpoints do not have is refused.
/// </summary>
public sealed class TorchCheckpoint
{
    private TorchCheckpoint(StateDictionary state, IReadOnlyDictionary<string, JsonNode?>? arguments)
    {
        State = state;
        Arguments = arguments;
    }

    /// <summary>
    /// The model's tensors in the order of the file: those under <c>model_state_dict</c> or <c>state_dict</c>, or all where the file
    /// is a state dict itself. What torch.compile and DistributedDataParallel add to names is taken away.
    /// </summary>
    public StateDictionary State { get; }

    /// <summary>The settings under <c>args</c> that are numbers, truth values, texts, null or lists of those; null without any.</summary>
    public IReadOnlyDictionary<string, JsonNode?>? Arguments { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="CheckpointFormatException">The file is damaged, hostile, of an older form, or holds no model.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    public static TorchCheckpoint Load(string path)
    {
        using FileBytes file = FileBytes.Open(path);
        return Read(file);
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="CheckpointFormatException">As <see cref="Load"/>.</exception>
    public static TorchCheckpoint Parse(ReadOnlyMemory<byte> content, string name)
    {
        using FileBytes file = FileBytes.Of(content, name);
        return Read(file);
    }

    private static TorchCheckpoint Read(FileBytes file)
    {
        TorchArchive archive = TorchArchive.Read(file);
        if (archive.Value is not PickleDictionary top)
        {
            throw new CheckpointFormatException(file.Path, "the file holds no dictionary; a training checkpoint or a state dict is needed");
        }

        PickleDictionary state = top;
        foreach (string key in new[] { "state_dict", "model_state_dict" })
        {
            if (top.TryGet(key, out object? value))
            {
                state = value as PickleDictionary
                    ?? throw new CheckpointFormatException(file.Path, $"{key} is no dictionary; it must hold the model's tensors");
            }
        }

        List<KeyValuePair<string, TorchTensor>> tensors = Tensors(state, file.Path);
        return new TorchCheckpoint(
            TorchTensors.Read(archive, file.Path, tensors), top.TryGet("args", out object? args) ? Settings(args) : null);
    }

    private static List<KeyValuePair<string, TorchTensor>> Tensors(PickleDictionary state, string file)
    {
        var tensors = new List<KeyValuePair<string, TorchTensor>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in state.Items)
        {
            if (key is not string written)
            {
                throw new CheckpointFormatException(file, "a tensor of the model has a name that is no text");
            }

            if (value is not TorchTensor tensor)
            {
                throw new CheckpointFormatException(
                    file,
                    $"{MessageText.Quote(written)} is no tensor; the file must hold model_state_dict, state_dict, "
                    + "or nothing but a model's tensors");
            }

            string name = Bare(written);
            if (!names.Add(name))
            {
                throw new CheckpointFormatException(
                    file, $"the tensor {MessageText.Quote(name)} is there twice, with and without what torch.compile adds to names");
            }

            tensors.Add(new(name, tensor));
        }

        return tensors.Count > 0 ? tensors : throw new CheckpointFormatException(file, "the file holds a model without tensors");
    }

    // torch.compile and DistributedDataParallel wrap a module, which then has a name of its own inside of theirs.
    private static string Bare(string name)
    {
        string[] parts = name.Split('.');
        return string.Join('.', parts.Where((part, i) => i == parts.Length - 1 || part is not ("_orig_mod" or "module")));
    }

    private static Dictionary<string, JsonNode?>? Settings(object? args)
    {
        if ((args as PickleDictionary ?? (args as PickleObject)?.Attributes) is not { } dictionary)
        {
            return null;
        }

        var settings = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach ((object? key, object? value) in dictionary.Items)
        {
            if (key is string name && TryConvert(value, out JsonNode? node))
            {
                settings[name] = node;
            }
        }

        return settings;
    }

    private static bool TryConvert(object? value, out JsonNode? node)
    {
        IReadOnlyList<object?>? items = value switch
        {
            PickleList list => list.Items,
            PickleTuple tuple => tuple.Items,
            _ => null,
        };
        if (items is not null)
        {
            var array = new JsonArray();
            foreach (object? item in items)
            {
                if (item is PickleContainer || !TryConvert(item, out JsonNode? element))
                {
                    node = null;
                    return false;
                }

                array.Add(element);
            }

            node = array;
            return true;
        }

        node = value switch
        {
            bool truth => JsonValue.Create(truth),
            long number => JsonValue.Create(number),
            double number when double.IsFinite(number) => JsonValue.Create(number),
            string text => JsonValue.Create(text),
            _ => null,
        };
        return node is not null || value is null;
    }
}
