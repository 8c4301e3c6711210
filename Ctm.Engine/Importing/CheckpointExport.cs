using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Training;

namespace Ctm.Engine.Importing;

/// <summary>
/// Writes checkpoints in the hub form, as the reference's loader reads them (models/ctm.py, _from_pretrained): the configuration
/// has the reference's constructor arguments, and tensors that a model shares are stored once.
/// </summary>
public static class CheckpointExport
{
    private const string Left = "_neuron_indices_left", Right = "_neuron_indices_right";

    /// <summary>The hub configuration: the reference's arguments, and keys of this engine where they are not at their default.</summary>
    /// <param name="configuration">The configuration.</param>
    public static JsonObject Configuration(ModelConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        JsonObject all = JsonSerializer.SerializeToNode(configuration, JsonFiles.Options)!.AsObject();
        if (ConfigurationInferrers.OfKind(configuration.Kind) is not { } inferrer)
        {
            return all;
        }

        HashSet<string> kept = [.. inferrer.ReferenceKeys];
        if (configuration.Kind != ModelKinds.Default)
        {
            kept.Add("model");
        }

        JsonObject hub = Keep(all, kept);
        ModelConfiguration read = JsonFiles.Parse<ModelConfiguration>(hub.ToJsonString(), "hub configuration");
        JsonObject defaults = JsonSerializer.SerializeToNode(read, JsonFiles.Options)!.AsObject();
        kept.UnionWith(all.Where(p => !JsonNode.DeepEquals(p.Value, defaults[p.Key])).Select(p => p.Key));
        return Keep(all, kept);
    }

    /// <summary>The tensors, with neuron indices that a first-last model shares as aliases.</summary>
    /// <param name="state">The tensors of a checkpoint.</param>
    /// <param name="configuration">Its configuration.</param>
    public static StateDictionary State(StateDictionary state, ModelConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(state);
        bool isShared = JsonSerializer.SerializeToNode(configuration, JsonFiles.Options)!["neuron_select_type"]?.ToString() == "first-last";
        var hub = new StateDictionary();
        foreach ((string name, StateTensor tensor) in state)
        {
            string? owner = state.Aliases.GetValueOrDefault(name)
                ?? (isShared && name.EndsWith(Right, StringComparison.Ordinal) ? name[..^Right.Length] + Left : null);
            if (owner is not null && hub.TryGet(owner, out StateTensor? shared) && shared.SameAs(tensor))
            {
                hub.AddAlias(name, owner);
            }
            else
            {
                hub.Add(name, tensor);
            }
        }

        return hub;
    }

    /// <summary>Writes a hub folder.</summary>
    /// <param name="checkpoint">A checkpoint that was read by <see cref="CheckpointImport"/> and checked.</param>
    /// <param name="folder">The folder, created or replaced as a whole; its parent must exist.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Save(ImportedCheckpoint checkpoint, string folder)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        JsonObject configuration = Configuration(checkpoint.Configuration);
        Checkpoint.Save(folder, State(checkpoint.State, checkpoint.Configuration), configuration);
    }

    private static JsonObject Keep(JsonObject all, HashSet<string> keys) =>
        new(all.Where(p => keys.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
}
