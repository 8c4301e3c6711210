using Ctm.Kernels.Devices;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Runs;

/// <summary>A task with all settings of a run, checked, before anything is made from them.</summary>
public interface ITaskPlan
{
    /// <summary>The task.</summary>
    TaskDefinition Task { get; }

    /// <summary>Kind of the model.</summary>
    string Model { get; }

    /// <summary>The device that the run began on; null before it has begun.</summary>
    string? Device { get; }

    /// <summary>The plan with settings given as <c>key=value</c>.</summary>
    /// <exception cref="TaskSettingException">When a setting is unknown, of the wrong type, or out of range.</exception>
    /// <exception cref="Engine.Models.ModelConfigurationException">When the model's sizes do not fit together.</exception>
    ITaskPlan With(IReadOnlyList<string> settings);

    /// <summary>Begins a run in a new folder; nothing is written when the settings are wrong.</summary>
    /// <exception cref="TaskSettingException">When the settings do not fit together, or the folder holds a run already.</exception>
    /// <exception cref="IOException">When the folder cannot be written.</exception>
    ITaskRun Start(string folder, ComputeDevice device);

    /// <summary>Goes on with a run where its latest checkpoint stands, or from its start where there is none.</summary>
    /// <exception cref="Engine.Files.CtmFileException">When a file is damaged or of another model; nothing is changed then.</exception>
    ITaskRun Resume(RunFolder folder, ComputeDevice device);

    /// <summary>The figures of a trained model on unseen samples, always the same ones.</summary>
    /// <param name="checkpoint">The folder of the checkpoint.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="count">How many samples; null for as many as after training.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="Engine.Files.CtmFileException">When a file is damaged or of another model.</exception>
    EvaluationFigures Evaluate(string checkpoint, ComputeDevice device, int? count, CancellationToken cancellation);

    /// <summary>What a trained model saves when it stops as soon as it is certain.</summary>
    /// <param name="checkpoint">The folder of the checkpoint.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="threshold">The certainty to stop at, 0 to 1.</param>
    /// <param name="count">How many samples; null for as many as after training.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <exception cref="TaskSettingException">When models of the task cannot stop.</exception>
    /// <exception cref="Engine.Files.CtmFileException">When a file is damaged or of another model.</exception>
    StoppingFigures MeasureStopping(
        string checkpoint, ComputeDevice device, double threshold, int? count, CancellationToken cancellation);
}
