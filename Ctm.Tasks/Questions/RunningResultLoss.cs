using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Tasks.Questions;

/// <summary>
/// The cross entropy of the result so far at the last tick of every operator of a question, the mean over operators and samples. A question
/// that ends there would have it as its answer.
/// </summary>
internal sealed class RunningResultLoss : IDisposable
{
    private readonly ComputeDevice device;
    private readonly int batch, classes, partTicks, answerTicks;
    private readonly DeviceBuffer<int> results;
    private readonly Dictionary<int, TwoTickLoss> losses = [];

    /// <summary>Creates the loss.</summary>
    /// <param name="device">The device.</param>
    /// <param name="recipe">The settings.</param>
    public RunningResultLoss(ComputeDevice device, QamnistRecipe recipe)
    {
        this.device = device;
        batch = recipe.Batch;
        classes = recipe.Model.OutputWidth;
        partTicks = recipe.Model.QuestionPartTicks;
        answerTicks = recipe.Model.AnswerTicks;
        results = device.Allocate<int>(Math.Max(1, recipe.MaxOperations * batch));
    }

    /// <summary>Computes the loss and, where the tape records, adds the gradient of the predictions.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="predictions">Logits of all ticks, shape [T * B, classes].</param>
    /// <param name="questions">The questions; nothing is asked of those without an operator.</param>
    public void Forward(Tape tape, Tensor predictions, QuestionBatch questions)
    {
        int operations = questions.Operations;
        if (operations == 0)
        {
            return;
        }

        if (!losses.TryGetValue(operations, out TwoTickLoss? loss))
        {
            var shape = new LossShape(1, operations * batch, 1, classes);
            losses.Add(operations, loss = new TwoTickLoss(device, shape, useMostCertain: false));
        }

        // Of the ticks from the first index to the last operator, those that end a pair of index and operator.
        int tick = batch * classes, pair = 2 * partTicks * tick, end = predictions.Length - ((partTicks + answerTicks) * tick);
        Tensor said = tape.Slice(predictions, 1, end - (operations * pair), operations * pair);
        Tensor asked = tape.Slice(said, operations, pair - tick, tick);
        DeviceView<int> targets = results.View.Slice(0, operations * batch);
        targets.CopyFrom(questions.Running);
        loss.Forward(tape, asked, targets);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        results.Dispose();
        foreach (TwoTickLoss loss in losses.Values)
        {
            loss.Dispose();
        }
    }
}
