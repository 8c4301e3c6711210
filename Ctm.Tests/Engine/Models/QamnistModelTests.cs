using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>What Q&amp;A MNIST models do with inputs of changing length, and with wrong ones.</summary>
internal sealed class QamnistModelTests
{
    private const int Height = 8, Width = 8, Pixels = Height * Width;

    private static readonly QamnistModelConfiguration[] Forms =
    [
        FormTests.Qamnist,
        FormTests.Qamnist with { NormalizeHistory = true },
        FormTests.Qamnist with { Dropout = 0.2f },
        FormTests.QamnistLstm,
    ];

    [TestCaseSource(nameof(Forms))]
    public void Step_AfterAllLengthsRan_AllocatesNoDeviceMemoryAndLittleManaged(QamnistModelConfiguration configuration)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var run = new Run(device, configuration);
        void Lengths()
        {
            run.Step(1, 5);
            run.Step(3, 1);
            run.Step(2, 3);
        }

        Lengths();
        Lengths();
        long allocations = device.Memory.Allocations;
        Lengths();
        Assert.That(device.Memory.Allocations, Is.EqualTo(allocations), "device allocations of steps that change in length");
        run.Step(2, 3);
        run.Step(2, 3);
        long live = device.Memory.LiveBuffers, managed = GC.GetAllocatedBytesForCurrentThread();
        allocations = device.Memory.Allocations;
        run.Step(2, 3);
        managed = GC.GetAllocatedBytesForCurrentThread() - managed;
        Assert.That(device.Memory.Allocations, Is.EqualTo(allocations), "device allocations");
        Assert.That(device.Memory.LiveBuffers, Is.EqualTo(live), "live buffers");
        Assert.That(managed, Is.LessThan(64 * 1024), "managed bytes a step");
    }

    [TestCaseSource(nameof(Forms))]
    public void Step_AfterOtherLengths_IsBitEqualToTheFirst(QamnistModelConfiguration configuration)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        float[] expected;
        using (var fresh = new Run(device, configuration))
        {
            expected = fresh.Step(2, 3);
        }

        using var run = new Run(device, configuration);
        float[] start = run.Model.Parameters.Values.ToArray();
        run.Step(3, 5);
        run.Step(1, 1);
        Assert.That(run.Model.Parameters.Values.ToArray(), Is.EqualTo(start));
        Assert.That(run.Step(2, 3), Is.EqualTo(expected));
        Assert.That(expected, Has.Some.Not.Zero);
    }

    [TestCaseSource(nameof(Forms))]
    public void Forward_NoQuestionAndOneSample_Answers(QamnistModelConfiguration configuration)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using QamnistModel model = configuration.Create(device, 3);
        using var tape = new Tape(device);
        tape.Begin(recording: false);
        QamnistOutput output = model.Forward(tape, QamnistInput.Create(tape, Images(1, [0]), [], 1, Height, Width));
        Assert.That(output.Ticks.Ticks, Is.EqualTo(1 + configuration.AnswerTicks));
        Assert.That(output.Answers.Data.ToArray(), Has.Length.EqualTo(2 * 10).And.All.Matches<float>(float.IsFinite));
        Assert.That(output.Question, Is.Empty);
    }

    [Test]
    public void Create_RepeatedImages_AreOneWhereAllSamplesRepeat()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using var tape = new Tape(device);
        tape.Begin(recording: true);
        float[] images = Images(2, [0, 0, 1, 1, 0]);
        QamnistInput input = QamnistInput.Create(tape, images, [3, -1, 4, 5, -2, 6], 2, Height, Width);
        Assert.That(input.ImageOfTick, Is.EqualTo(new[] { 0, 0, 1, 1, 2 }));
        Assert.That(input.ImageCount, Is.EqualTo(3));
        Assert.That(input.Question.ToArray(), Is.EqualTo(new[] { 3, 5, -1, -2, 4, 6 }));
        Assert.That(input.Images.Tensor.Data.Slice(3 * Pixels, Pixels).ToArray(), Is.EqualTo(images[(7 * Pixels)..(8 * Pixels)]));

        // One sample that changes is enough.
        images[(6 * Pixels) + 5] += 1;
        Assert.That(QamnistInput.Create(tape, images, [], 2, Height, Width).ImageOfTick, Is.EqualTo(new[] { 0, 1, 2, 2, 3 }));
    }

    [Test]
    public void Forward_RepeatedImages_MoveBatchStatisticsOnceEach([Values(1, 3)] int repeats)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using QamnistModel model = FormTests.Qamnist.Create(device, 3);
        using var tape = new Tape(device);
        tape.Begin(recording: true);
        int[] shown = [.. Enumerable.Range(0, 2 * repeats).Select(t => t / repeats)];
        model.Forward(tape, QamnistInput.Create(tape, Images(2, shown), [0, 0], 2, Height, Width));
        ModelBuffer[] counts = [.. model.Parameters.Buffers.Where(b => b.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        Assert.That(counts, Has.Length.EqualTo(2));
        Assert.That(counts.Select(c => c.Indices![0]), Is.All.EqualTo(2));
    }

    [TestCase(new[] { 0, -1 }, "The question has -1 where the index of a digit, 0 to 49, must be. (Parameter 'codes')")]
    [TestCase(new[] { 50, 0 }, "The question has 50 where the index of a digit, 0 to 49, must be. (Parameter 'codes')")]
    [TestCase(new[] { 1, 2, -1, -3 }, "The question has -3 where an operator, -1 or -2, must be. (Parameter 'codes')")]
    public void Forward_CodeThatIsNoWord_SaysWhichWouldBeRight(int[] question, string message)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using QamnistModel model = FormTests.Qamnist.Create(device, 3);
        using var tape = new Tape(device);
        tape.Begin(recording: false);
        QamnistInput input = QamnistInput.Create(tape, Images(1, [0]), [], 1, Height, Width) with { Question = question };
        Assert.That(() => model.Forward(tape, input), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Forward_PartsThatDoNotFit_Throws()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using QamnistModel model = FormTests.QamnistLstm.Create(device, 3);
        using var tape = new Tape(device);
        tape.Begin(recording: false);
        QamnistInput input = QamnistInput.Create(tape, Images(2, [0, 1]), [0, 1], 2, Height, Width);
        QamnistInput[] wrongs =
        [
            input with { ImageOfTick = [0, 2] },
            input with { ImageOfTick = [] },
            input with { Question = new int[3] },
            input with { Batch = 3 },
        ];
        foreach (QamnistInput wrong in wrongs)
        {
            Assert.Throws<ArgumentException>(() => model.Forward(tape, wrong));
        }

        Assert.Throws<ArgumentException>(() => QamnistInput.Create(tape, new float[Pixels + 1], [], 1, Height, Width));
        Assert.Throws<ArgumentException>(() => QamnistInput.Create(tape, new float[2 * Pixels], [0], 2, Height, Width));
    }

    [TestCaseSource(typeof(FormTests), nameof(FormTests.Sorts))]
    public void Forward_SortOfOtherLength_SaysHowManyNumbers(TickModelConfiguration configuration)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using TickModel machine = configuration.Create(device, 3);
        using var tape = new Tape(device);
        tape.Begin(recording: false);
        var inputs = new FeatureMap(tape.New(2 * 5, 1), 2, 1, 5);
        Assert.That(
            () => machine.Forward(tape, inputs),
            Throws.ArgumentException.With.Message.EqualTo("The model sorts 4 numbers, 5 are given. (Parameter 'inputs')"));
    }

    // [samples, ticks, pixels], where ticks of the same number show the same.
    private static float[] Images(int samples, int[] shown)
    {
        var values = new float[samples * shown.Length * Pixels];
        for (int i = 0; i < values.Length; i++)
        {
            int sample = i / (shown.Length * Pixels), image = shown[i / Pixels % shown.Length], pixel = i % Pixels;
            values[i] = MathF.Sin((sample * 11) + (image * 5) + (pixel * 1.7f));
        }

        return values;
    }

    private sealed class Run(ComputeDevice device, QamnistModelConfiguration configuration) : IDisposable
    {
        private const int Batch = 2;
        private readonly Tape tape = new(device);
        private readonly Dictionary<(int, int), (float[] Images, int[] Question)> inputs = [];
        private readonly TwoTickLoss loss = new(device, new LossShape(configuration.AnswerTicks, Batch, 1, configuration.OutputWidth));
        private readonly DeviceBuffer<int> targets = device.Allocate<int>(new[] { 3, 8 }.AsSpan());

        public QamnistModel Model { get; } = configuration.Create(device, 5);

        // Gradients of a training step over digits, two ticks each, and parts of a question, two ticks each.
        public float[] Step(int digits, int parts)
        {
            if (!inputs.TryGetValue((digits, parts), out (float[] Images, int[] Question) input))
            {
                int[] shown = [.. Enumerable.Range(0, 2 * digits).Select(t => t / 2)];
                int Code(int i) => i % (2 * parts) / 2 % 2 == 0 ? i % 7 : -1 - (i % 2);
                int[] question = [.. Enumerable.Range(0, Batch * 2 * parts).Select(Code)];
                inputs[(digits, parts)] = input = (Images(Batch, shown), question);
            }

            tape.Begin(recording: true, step: 1);
            Model.Parameters.ClearGradients();
            QamnistOutput output = Model.Forward(tape, QamnistInput.Create(tape, input.Images, input.Question, Batch, Height, Width));
            loss.Forward(tape, output.Answers, targets.View);
            tape.Backward();
            return Model.Parameters.Gradients.ToArray();
        }

        public void Dispose()
        {
            Model.Dispose();
            tape.Dispose();
            loss.Dispose();
            targets.Dispose();
        }
    }
}
