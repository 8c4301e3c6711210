using Ctm.Engine.Training;
using Ctm.Kernels.Devices;

namespace Ctm.Tasks.Runs;

/// <summary>A run of any task: training, reports, checkpoints, the evaluation at the end, and what they leave in the run folder.</summary>
public interface ITaskRun : IDisposable
{
    /// <summary>The task.</summary>
    TaskDefinition Task { get; }

    /// <summary>What is trained on, such as <c>maze 11 x 11</c>.</summary>
    string Title { get; }

    /// <summary>The preset that the recipe was made from.</summary>
    string Preset { get; }

    /// <summary>Kind of the model.</summary>
    string Model { get; }

    /// <summary>Number of trained values.</summary>
    long ParameterCount { get; }

    /// <summary>Where the model lives.</summary>
    ComputeDevice Device { get; }

    /// <summary>The run folder.</summary>
    RunFolder Folder { get; }

    /// <summary>Steps done; may be read while another thread trains.</summary>
    long Step { get; }

    /// <summary>Steps in all.</summary>
    long Steps { get; }

    /// <summary>Trains to the last step, evaluates, and writes the report.</summary>
    /// <param name="progress">Hears every report; null for none.</param>
    /// <param name="cancellation">Ends the run after the current step; a checkpoint is saved first.</param>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    /// <exception cref="TrainingDivergedException">When the loss is no longer a number; the latest checkpoint stays.</exception>
    TaskRunResult Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default);
}

/// <summary>What a run has come to.</summary>
/// <param name="Figures">The figures on unseen samples.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Elapsed">Time spent on training.</param>
/// <param name="Report">The report.</param>
/// <param name="Memory">The memory that training took; null where nothing was left to train.</param>
public sealed record TaskRunResult(EvaluationFigures Figures, long Steps, TimeSpan Elapsed, string Report, TrainingMemory? Memory);

/// <summary>Memory on the device that holds the model.</summary>
/// <param name="ActivationBytesPerTick">Values of one tick that the backward pass needs.</param>
/// <param name="ActivationBytes">Those of all ticks that are kept at a time.</param>
/// <param name="PeakBytes">The most that was in use at one time, parameters, gradients, moments and evaluation included.</param>
public sealed record TrainingMemory(long ActivationBytesPerTick, long ActivationBytes, long PeakBytes);
