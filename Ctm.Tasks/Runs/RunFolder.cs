using Ctm.Engine.Files;

namespace Ctm.Tasks.Runs;

/// <summary>
/// The folder of a run: <c>config.json</c>, <c>metrics.jsonl</c>, <c>checkpoint/</c>, <c>report.md</c> with its pictures in
/// <c>report/</c>. One process writes a run at a time.
/// </summary>
public sealed class RunFolder
{
    private const string ConfigurationFile = "config.json";
    private const string CheckpointFolder = "checkpoint";

    private RunFolder(string path)
    {
        Location = path;
        Metrics = new RunMetrics(Path.Combine(path, "metrics.jsonl"));
    }

    /// <summary>The folder, as it was given.</summary>
    public string Location { get; }

    /// <summary>The reports of the run.</summary>
    public RunMetrics Metrics { get; }

    /// <summary>The folder of the checkpoint, which may not be there yet.</summary>
    public string Checkpoint => Path.Combine(Location, CheckpointFolder);

    /// <summary>Whether a whole checkpoint is there.</summary>
    public bool HasCheckpoint => AtomicDirectory.Resolve(Checkpoint) is not null;

    /// <summary>The report.</summary>
    public string Report => Path.Combine(Location, "report.md");

    /// <summary>The folder of the report's pictures.</summary>
    public string Pictures => Path.Combine(Location, "report");

    /// <summary>Makes a new run folder.</summary>
    /// <exception cref="TaskSettingException">When the folder holds a run already.</exception>
    /// <exception cref="IOException">When it cannot be written.</exception>
    public static RunFolder Create<TRecipe>(string path, RunConfiguration<TRecipe> configuration)
    {
        CheckFree(path);
        try
        {
            Directory.CreateDirectory(path);
            JsonFiles.Write(Path.Combine(path, ConfigurationFile), configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{path}' cannot be written: choose another one.", e);
        }

        return new RunFolder(path);
    }

    /// <summary>Changes nothing; throws when <see cref="Create"/> would find a run, or a file where a folder is needed.</summary>
    /// <exception cref="TaskSettingException">When the folder holds a run already.</exception>
    /// <exception cref="IOException">When a file stands where a folder is needed.</exception>
    public static void CheckFree(string path)
    {
        var folder = new RunFolder(path);
        if (File.Exists(Path.Combine(path, ConfigurationFile)) || File.Exists(folder.Metrics.Location) || folder.HasCheckpoint)
        {
            throw new TaskSettingException($"The folder '{path}' already holds a run: go on with it by --resume, or choose another --out.");
        }

        for (string? part = Path.GetFullPath(path); part is not null; part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                throw new IOException($"The folder '{path}' cannot be written, since '{part}' is a file: choose another one.");
            }
        }
    }

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsRun(string path)
    {
        string file = Path.Combine(path, ConfigurationFile);
        return File.Exists(file) && JsonFiles.Read<RunHeader>(file).Task is not null;
    }

    /// <summary>Opens a run folder.</summary>
    /// <exception cref="DirectoryNotFoundException">When there is no run.</exception>
    public static RunFolder Open(string path) =>
        IsRun(path) ? new RunFolder(path) : throw new DirectoryNotFoundException($"There is no run in '{path}'.");

    /// <summary>The name of the run's task.</summary>
    public string ReadTask() => JsonFiles.Read<RunHeader>(Path.Combine(Location, ConfigurationFile)).Task!;

    /// <summary>The run's settings.</summary>
    /// <exception cref="JsonFileException">When the file is damaged or of another task.</exception>
    public RunConfiguration<TRecipe> ReadConfiguration<TRecipe>() =>
        JsonFiles.Read<RunConfiguration<TRecipe>>(Path.Combine(Location, ConfigurationFile));
}
