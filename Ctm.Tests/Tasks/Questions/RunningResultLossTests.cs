using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Questions;
using Ctm.Tests.Golden;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Questions;

internal sealed class RunningResultLossTests
{
    private const int Digits = 2, Batch = 3, Classes = 10, DigitTicks = 2, PartTicks = 2, AnswerTicks = 3;

    private static QamnistRecipe Recipe
    {
        get
        {
            QamnistRecipe smoke = QamnistRecipe.Preset("smoke", ModelKinds.Qamnist);
            QamnistModelConfiguration model = (QamnistConfiguration)smoke.Model with
            {
                DigitTicks = DigitTicks,
                QuestionPartTicks = PartTicks,
                AnswerTicks = AnswerTicks,
            };
            return smoke with { Batch = Batch, MaxOperations = 3, Model = model };
        }
    }

    [Test]
    public void Forward_Questions_AsksTheLastTickOfEveryOperatorForTheResultSoFar([Values(0, 1, 3)] int operations)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        var random = new Random(3);
        int[] running = [.. Enumerable.Range(0, operations * Batch).Select(_ => random.Next(Classes))];
        var questions = new QuestionBatch(Digits, operations, Pictures: [], Codes: [], running, Answers: new int[Batch]);
        int before = Digits * DigitTicks, ticks = before + (questions.Parts * PartTicks) + AnswerTicks;
        float[] logits = [.. Enumerable.Range(0, ticks * Batch * Classes).Select(_ => random.NextSingle())];
        using var loss = new RunningResultLoss(device, Recipe);
        using var tape = new Tape(device);
        tape.Begin(recording: true);
        Tensor predictions = GoldenChecks.Input(tape, logits, ticks * Batch);
        loss.Forward(tape, predictions, questions);
        tape.Backward();

        var expected = new double[logits.Length];
        for (int k = 0; k < operations; k++)
        {
            int tick = before + (((2 * k) + 2) * PartTicks) - 1;
            for (int b = 0; b < Batch; b++)
            {
                int row = ((tick * Batch) + b) * Classes;
                double[] exponentials = [.. logits[row..(row + Classes)].Select(l => Math.Exp(l))];
                for (int c = 0; c < Classes; c++)
                {
                    double share = exponentials[c] / exponentials.Sum();
                    expected[row + c] = (share - (c == running[(k * Batch) + b] ? 1 : 0)) / (operations * Batch);
                }
            }
        }

        Assert.That(predictions.HasGradient, Is.EqualTo(operations > 0));
        float[] gradient = predictions.HasGradient ? predictions.Gradient.ToArray() : new float[logits.Length];
        Assert.That(gradient.Zip(expected, (g, e) => Math.Abs(g - e)).Max(), Is.LessThan(1e-6));
    }
}
