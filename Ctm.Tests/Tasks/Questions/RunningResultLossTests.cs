using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks;
using Ctm.Tasks.Images;
using Ctm.Tasks.Questions;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Golden;
using Ctm.Tests.Kernels;
using Ctm.Tests.Tasks.Images;

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

    private static DigitPictures Pictures
    {
        get
        {
            using var data = new TemporaryFolder();
            ImageSamples.WriteMnist(data.Path, train: 100, test: 10);
            return new DigitPictures(MnistFiles.Load(data.Path, train: true));
        }
    }

    [Test]
    public void Forward_Questions_AsksTheLastTickOfEveryOperatorForTheResultSoFar([Values(0, 1, 3)] int operations)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        QuestionBatch questions = Draw(operations);
        int before = Digits * DigitTicks, ticks = before + (questions.Parts * PartTicks) + AnswerTicks;
        var random = new Random(3);
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
                    expected[row + c] = (share - (c == questions.Running[(k * Batch) + b] ? 1 : 0)) / (operations * Batch);
                }
            }
        }

        float[] gradient = operations == 0 ? new float[logits.Length] : predictions.Gradient.ToArray();
        Assert.That(gradient.Zip(expected, (g, e) => Math.Abs(g - e)).Max(), Is.LessThan(1e-6));
    }

    [Test]
    public void Draw_RunningResults_AreTheAnswersOfShorterQuestions()
    {
        QuestionBatch questions = Draw(operations: 3);
        for (int b = 0; b < Batch; b++)
        {
            int result = 0;
            for (int p = 0; p < questions.Parts; p += 2)
            {
                int code = questions.Codes[(b * questions.Parts) + p];
                int sign = p == 0 || questions.Codes[(b * questions.Parts) + p - 1] == -1 ? 1 : -1;
                result = (result + (sign * Pictures.Label(questions.Pictures[(b * Digits) + code])) + 10) % 10;
                int stored = p + 1 == questions.Parts ? questions.Answers[b] : questions.Running[(p / 2 * Batch) + b];
                Assert.That(stored, Is.EqualTo(result), $"sample {b}, part {p}");
            }
        }
    }

    private static QuestionBatch Draw(int operations)
    {
        var random = new SampleRandom(3, 5);
        return QuestionBatch.Draw(ref random, Pictures, Digits, operations, Batch);
    }
}
