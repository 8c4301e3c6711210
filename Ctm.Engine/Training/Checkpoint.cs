using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Training;

/// <summary>
/// A checkpoint folder: <c>model.safetensors</c> and <c>config.json</c> as the hub form has them, and, in a training run,
/// <c>optimizer.safetensors</c>, <c>training.json</c>
/// and, for tasks with a state of their own, <c>task.safetensors</c>. Replaced as a whole: a crash leaves the old one or the new one.
/// </summary>
public static class Checkpoint
{
    private const string ModelFile = "model.safetensors", ConfigurationFile = "config.json";
    private const string OptimizerFile = "optimizer.safetensors", TaskFile = "task.safetensors", PositionFile = "training.json";

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="folder">The folder, created or replaced.</param>
    /// <param name="model">The model.</param>
    /// <param name="training">Where training stands; null for a model alone.</param>
    public static void Save(string folder, Model model, TrainingState? training = null) =>
        Save(folder, ModelState.Capture(model.Parameters), model.Configuration, training);

    /// <summary>Writes a checkpoint of a model that lies in host memory.</summary>
    /// <typeparam name="TConfiguration">What <c>config.json</c> is written from.</typeparam>
    /// <param name="folder">The folder, created or replaced.</param>
    /// <param name="state">The tensors.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="training">Where training stands; null for a model alone.</param>
    internal static void Save<TConfiguration>(
        string folder, StateDictionary state, TConfiguration configuration, TrainingState? training = null) =>
            AtomicDirectory.Replace(folder, path =>
    {
        StateDictionaryFile.Save(Path.Combine(path, ModelFile), state);
        JsonFiles.Write(Path.Combine(path, ConfigurationFile), configuration);
        if (training is not null)
        {
            StateDictionaryFile.Save(Path.Combine(path, OptimizerFile), training.Moments);
            JsonFiles.Write(Path.Combine(path, PositionFile), new Position(training.Step, training.Seconds));
            if (training.Task is { } task)
            {
                StateDictionaryFile.Save(Path.Combine(path, TaskFile), task);
            }
        }
    });

    /// <summary>Opens a checkpoint: a model of its shape with its parameters.</summary>
    /// <param name="device">Where the model shall live.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CtmFileException">When a file is damaged, or the files do not belong together.</exception>
    public static Model Open(ComputeDevice device, string folder)
    {
        Model model = LoadConfiguration(folder).Create(device, seed: 0);
        try
        {
            LoadModel(folder, model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads the configuration of a checkpoint.</summary>
    public static ModelConfiguration LoadConfiguration(string folder) =>
        JsonFiles.Read<ModelConfiguration>(ConfigurationPath(folder));

    /// <summary>Reads the tensors of a checkpoint.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CheckpointFormatException">When the file is damaged or no safetensors file.</exception>
    public static StateDictionary LoadState(string folder) => StateDictionaryFile.Load(Path.Combine(Find(folder), ModelFile));

    /// <summary>The first of the two files of a model that a folder lacks; null where both are there.</summary>
    /// <param name="folder">The folder.</param>
    public static string? MissingFile(string folder)
    {
        string? found = AtomicDirectory.Resolve(folder);
        return Array.Find([ModelFile, ConfigurationFile], name => found is null || !File.Exists(Path.Combine(found, name)));
    }

    /// <summary>The first file or folder in a folder that is no part of a model alone, such as the state of training; null where there
    /// is none.</summary>
    /// <param name="folder">The folder.</param>
    public static string? ForeignEntry(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName)
            .FirstOrDefault(name => name is not (ModelFile or ConfigurationFile));

    /// <summary>Path of the configuration of a checkpoint.</summary>
    internal static string ConfigurationPath(string folder) => Path.Combine(Find(folder), ConfigurationFile);

    /// <summary>Reads the parameters and buffers into a model of the same shape.</summary>
    /// <exception cref="CheckpointMismatchException">When the model has another shape; nothing is changed then.</exception>
    /// <exception cref="CheckpointFormatException">When the file is damaged or no safetensors file.</exception>
    public static void LoadModel(string folder, Model model) =>
        ModelState.Restore(model.Parameters, LoadState(folder));

    /// <summary>Reads where training stood.</summary>
    public static TrainingState LoadTraining(string folder)
    {
        string found = Find(folder);
        Position position = JsonFiles.Read<Position>(Path.Combine(found, PositionFile));
        string task = Path.Combine(found, TaskFile);
        return new TrainingState(
            position.Step,
            position.Seconds,
            StateDictionaryFile.Load(Path.Combine(found, OptimizerFile)),
            File.Exists(task) ? StateDictionaryFile.Load(task) : null);
    }

    private static string Find(string folder) =>
        AtomicDirectory.Resolve(folder) ?? throw new DirectoryNotFoundException($"There is no checkpoint in '{folder}'.");

    private sealed record Position(long Step, double Seconds);
}
