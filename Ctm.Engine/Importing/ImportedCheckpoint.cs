using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Importing;

/// <summary>
/// A model from elsewhere: its tensors as they stand in the file, and the configuration that they and the file's settings tell,
/// with the source of every value.
/// </summary>
public sealed class ImportedCheckpoint
{
    private const string IndexMark = "_neuron_indices_";

    internal ImportedCheckpoint(string file, StateDictionary state, ModelConfiguration configuration, IReadOnlyList<InferredValue> values)
    {
        Path = file;
        State = state;
        Configuration = configuration;
        Values = values;
    }

    /// <summary>The file or folder, as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors; decays are not clamped, neuron indices are those of the file.</summary>
    public StateDictionary State { get; }

    /// <summary>The configuration; where a value is missing, it has a placeholder that <see cref="Check"/> refuses.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>Every value that was found, in the order of the reference's arguments.</summary>
    public IReadOnlyList<InferredValue> Values { get; }

    /// <summary>Number of trained values; set by <see cref="Check"/>.</summary>
    public long ParameterCount { get; private set; }

    /// <summary>The same tensors with another configuration.</summary>
    /// <param name="configuration">The configuration with the settings.</param>
    /// <param name="keys">The keys that were set.</param>
    public ImportedCheckpoint With(ModelConfiguration configuration, IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        JsonObject node = JsonSerializer.SerializeToNode(configuration, JsonFiles.Options)!.AsObject();
        HashSet<string> set = [.. keys];
        List<InferredValue> values =
        [
            .. Values.Select(v =>
                set.Remove(v.Key) ? v with { Value = node[v.Key]?.DeepClone(), Source = ValueSource.Setting, FileValue = null } : v),
            .. set.Where(node.ContainsKey).Select(k => new InferredValue(k, node[k]?.DeepClone(), ValueSource.Setting)),
        ];
        return new ImportedCheckpoint(Path, State, configuration, values);
    }

    /// <summary>Checks that nothing is missing and that every tensor is the one that a model of this configuration has.</summary>
    /// <param name="device">A device to lay the model out on; parameters take no memory.</param>
    /// <exception cref="MissingValuesException">A value is not in the file and has no default.</exception>
    /// <exception cref="CheckpointMismatchException">The configuration contradicts the tensors, or tensors are missing, unexpected,
    /// or of another shape or type; one line each.</exception>
    /// <exception cref="ModelConfigurationException">The sizes do not fit together.</exception>
    public void Check(ComputeDevice device)
    {
        string[] missing = [.. Values.Where(v => v.Source == ValueSource.Missing).Select(v => v.Key)];
        if (missing.Length > 0)
        {
            throw new MissingValuesException(Path, missing);
        }

        // Before a model is laid out: sizes that the tensors do not have could take any time and memory.
        Throw([
            .. Values.Where(v => !v.Allows(v.Value)).Select(v =>
                $"wrong value: {v.Key} is {Text(v.Value)}, the tensors have {string.Join(" or ", v.Allowed!.Select(Text))}"),
        ]);
        State.Match(Configuration.DescribeState(device));
        Throw([.. IndexProblems()]);
        ParameterCount = Configuration.CountParameters(device);
    }

    /// <summary>Writes the checkpoint folder; call <see cref="Check"/> before.</summary>
    /// <param name="folder">The folder, created or replaced as a whole; its parent must exist.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Save(string folder) => Checkpoint.Save(folder, State, Configuration);

    private static void Throw(List<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new CheckpointMismatchException(problems);
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => MessageText.OneLine(text.GetValue<string>(), 60),
        _ => MessageText.OneLine(value.ToJsonString(), 60),
    };

    private IEnumerable<string> IndexProblems()
    {
        if (Values.FirstOrDefault(v => v.Key == "d_model")?.Value is not JsonValue value || !value.TryGetValue(out long neurons))
        {
            yield break;
        }

        foreach ((string name, StateTensor tensor) in State)
        {
            long[] indices = name.Contains(IndexMark, StringComparison.Ordinal) ? tensor.Integers : [];
            int wrong = Array.FindIndex(indices, i => i < 0 || i >= neurons);
            if (wrong >= 0)
            {
                yield return $"wrong index: {name} holds {indices[wrong]}, the model has neurons 0 to {neurons - 1}";
            }
        }
    }
}
