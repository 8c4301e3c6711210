using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Training;

/// <summary>A model with its data and loss, as the training loop sees it.</summary>
public interface ITrainingTask
{
    /// <summary>What is trained.</summary>
    ParameterSet Parameters { get; }

    /// <summary>
    /// Runs the model on the batch of a step, forms the loss, and sets the gradient of the predictions. The batch depends on the
    /// task's seed and on the step only, so that a resumed run sees what an uninterrupted one would have seen.
    /// </summary>
    /// <param name="tape">The tape, begun and recording.</param>
    /// <param name="step">The step, counted from 0.</param>
    void Forward(Tape tape, long step);

    /// <summary>Loss of the latest <see cref="Forward"/>; waits for the device.</summary>
    double ReadLoss();

    /// <summary>Measures of the latest <see cref="Forward"/>, in the order to show; waits for the device.</summary>
    IReadOnlyDictionary<string, double> ReadMeasures();

    /// <summary>Measures on held-out data, in the order to show.</summary>
    IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation);
}
