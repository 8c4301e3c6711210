using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Training;

/// <summary>A model with its data and loss, as the training loop sees it.</summary>
public interface ITrainingTask
{
    /// <summary>What is trained.</summary>
    ParameterSet Parameters { get; }

    /// <summary>Updates of the parameters in one step: more than 1 where what a step gathers is learned from in several parts.</summary>
    int UpdatesPerStep => 1;

    /// <summary>
    /// Runs the model on the batch of an update, forms the loss, and sets the gradient of the predictions. The batch depends on the
    /// task's seed, on the update and on what <see cref="Capture"/> holds only, so that a resumed run sees what an uninterrupted one
    /// would have seen.
    /// </summary>
    /// <param name="tape">The tape, begun and recording.</param>
    /// <param name="update">The update, counted from 0: the step times <see cref="UpdatesPerStep"/>, and its place in the step.</param>
    void Forward(Tape tape, long update);

    /// <summary>What the next steps depend on besides parameters and step, between two steps; null where there is nothing.</summary>
    StateDictionary? Capture() => null;

    /// <summary>Takes over what was captured.</summary>
    /// <param name="state">What was captured; null where nothing was.</param>
    /// <exception cref="CheckpointMismatchException">When it is of another task; nothing is changed then.</exception>
    void Restore(StateDictionary? state)
    {
    }

    /// <summary>Loss of the latest <see cref="Forward"/>; waits for the device.</summary>
    double ReadLoss();

    /// <summary>Measures of the latest <see cref="Forward"/>, in the order to show; waits for the device.</summary>
    IReadOnlyDictionary<string, double> ReadMeasures();

    /// <summary>Measures on held-out data, in the order to show.</summary>
    IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation);
}
