using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Files;
using Ctm.Engine.Files.PyTorch;
using Ctm.Engine.Models;
using Ctm.Engine.Training;

namespace Ctm.Engine.Importing;

/// <summary>
/// Reads models of the reference: training checkpoints of PyTorch, and hub folders with <c>model.safetensors</c> and
/// <c>config.json</c>.
/// </summary>
public static class CheckpointImport
{
    /// <summary>Reads a PyTorch file, or a hub folder.</summary>
    /// <param name="path">Path of the file or folder.</param>
    /// <exception cref="CtmFileException">A file is damaged, hostile or of another form, or not of a known kind of model.</exception>
    /// <exception cref="IOException">A file cannot be read, or does not exist.</exception>
    public static ImportedCheckpoint Read(string path)
    {
        if (File.Exists(path))
        {
            return Infer(TorchCheckpoint.Load(path), path);
        }

        if (AtomicDirectory.Resolve(path) is null)
        {
            throw new FileNotFoundException($"There is no file or folder '{path}'.", path);
        }

        if (Checkpoint.MissingFile(path) is { } missing)
        {
            throw new FileNotFoundException($"The folder '{path}' has no {missing}: a checkpoint has model.safetensors and config.json.");
        }

        byte[] json = File.ReadAllBytes(Checkpoint.ConfigurationPath(path));
        return Infer(Checkpoint.LoadState(path), Checkpoint.LoadConfiguration(path), json, path);
    }

    /// <summary>Infers the configuration of a PyTorch file.</summary>
    internal static ImportedCheckpoint Infer(TorchCheckpoint checkpoint, string file)
    {
        IConfigurationInferrer inferrer = ConfigurationInferrers.For(checkpoint.State)
            ?? throw new CheckpointFormatException(
                file, $"the tensors are not those of a kind of model that can be imported; these are {ConfigurationInferrers.Kinds}");
        var draft = new ConfigurationDraft(checkpoint.State, checkpoint.Arguments ?? new Dictionary<string, JsonNode?>());
        inferrer.Infer(draft);
        JsonObject node = [];
        if (inferrer.Kind != ModelKinds.Default)
        {
            node["model"] = inferrer.Kind;
        }

        foreach (InferredValue value in draft.Values)
        {
            node[value.Key] = value.Source == ValueSource.Missing ? Placeholder(value.Key) : value.Value?.DeepClone();
        }

        try
        {
            ModelConfiguration configuration = JsonFiles.Parse<ModelConfiguration>(node.ToJsonString(), file);
            return new ImportedCheckpoint(file, checkpoint.State, configuration, draft.Values);
        }
        catch (JsonFileException e)
        {
            throw new CheckpointFormatException(
                file, $"the settings in the file do not fit a {inferrer.Kind}: {e.Message[$"{file}, line {e.Line}: ".Length..]}", e);
        }
    }

    /// <summary>Compares a hub folder's configuration with its tensors, and adds what only they tell.</summary>
    internal static ImportedCheckpoint Infer(StateDictionary state, ModelConfiguration configuration, ReadOnlyMemory<byte> json,
        string folder)
    {
        JsonObject node = JsonSerializer.SerializeToNode(configuration, JsonFiles.Options)!.AsObject();
        Dictionary<string, JsonNode?> settings = Written(json).Where(node.ContainsKey)
            .ToDictionary(k => k, k => node[k], StringComparer.Ordinal);
        IConfigurationInferrer? inferrer = ConfigurationInferrers.OfKind(configuration.Kind);
        List<InferredValue> values = [];
        if (inferrer is not null)
        {
            var draft = new ConfigurationDraft(state, settings);
            inferrer.Infer(draft);

            // What the file says stands, and is checked against the tensors later; a value that it leaves out comes from them.
            values.AddRange(draft.Values.Select(v => settings.TryGetValue(v.Key, out JsonNode? written)
                ? v with { Value = written?.DeepClone(), Source = ValueSource.File, FileValue = null }
                : v with { Value = (v.Source == ValueSource.Tensors ? v.Value : node[v.Key])?.DeepClone() }));
        }

        HashSet<string> known = [.. values.Select(v => v.Key), "model"];
        values.AddRange(settings.Where(s => !known.Contains(s.Key))
            .Select(s => new InferredValue(s.Key, s.Value?.DeepClone(), ValueSource.File)));
        foreach (InferredValue value in values)
        {
            node[value.Key] = value.Value?.DeepClone();
        }

        return new ImportedCheckpoint(folder, state, JsonFiles.Parse<ModelConfiguration>(node.ToJsonString(), folder), values);
    }

    private static IEnumerable<string> Written(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        using JsonDocument document = JsonDocument.Parse(json.Span.StartsWith(mark) ? json[mark.Length..] : json);
        return [.. document.RootElement.EnumerateObject().Select(p => p.Name)];
    }

    private static JsonNode Placeholder(string key) => key switch
    {
        "backbone_type" or "positional_embedding_type" => "none",
        _ => 1,
    };
}
