using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;
using Ctm.Tests.Ptx.FakeCuda;

namespace Ctm.Tests.Engine.Modules;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class EmbeddingTests(string deviceName)
{
    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Forward_TwiceATick_KeepsTheRowsOfEveryTickForBackward()
    {
        // Rows of two tables, chosen anew at every tick; the gradient of a row is the sum over where it was chosen.
        const int ticks = 3, width = 5;
        using var set = new ParameterSet(Device);
        Embedding first = new(set, "first", 4, width), second = new(set, "second", 3, width);
        set.Allocate(2);
        using var tape = new Tape(Device);
        int[][] chosen = [[3, 0], [0, 0], [1, 3]];
        for (int step = 0; step < 2; step++)
        {
            set.ClearGradients();
            tape.Begin(recording: true);
            Tensor features = tape.New(2, 3, needsGradient: false);
            features.Data.CopyFrom([9f, 2f, 9f, 9f, 1.7f, 9f]);
            Tensor a = features, b = features;
            tape.BeginRecurrence(ticks);
            for (int t = 0; t < ticks; t++)
            {
                tape.BeginTick(t);
                a = first.Forward(tape, chosen[t]);
                b = second.Forward(tape, tape.IndicesOfColumn(features, 1));
            }

            tape.EndRecurrence();
            Tensor all = tape.AllTicks(a), others = tape.AllTicks(b);
            float[] table = set.Parameters[0].Data.ToArray();
            Assert.That(all.Data.ToArray(), Is.EqualTo(chosen.SelectMany(t => t).SelectMany(r => table[(r * width)..((r + 1) * width)])));
            tape.Device.Elementwise.Fill(all.Gradient, 1f);
            tape.Device.Elementwise.Fill(others.Gradient, 2f);
            all.MarkGradient();
            others.MarkGradient();
            tape.Backward();
            Assert.That(Column(set.Parameters[0]), Is.EqualTo(new[] { 3f, 1f, 0f, 2f }));
            Assert.That(Column(set.Parameters[1]), Is.EqualTo(new[] { 0f, 6f, 6f }));
        }

        static float[] Column(Parameter parameter) => [.. parameter.Gradient.ToArray().Where((_, i) => i % width == width - 1)];
    }

    [Test]
    public void Forward_ThirdStep_AllocatesNothingOnTheDevice()
    {
        using var set = new ParameterSet(Device);
        var embedding = new Embedding(set, "table", 2, 6);
        set.Allocate(2);
        using var tape = new Tape(Device);
        void Step(int step)
        {
            tape.Begin(recording: true);
            Tensor values = tape.New(300, 1, needsGradient: false);
            values.Data.CopyFrom([.. Enumerable.Range(0, 300).Select(i => (i * step % 3) - 1f)]);
            Tensor y = embedding.Forward(tape, tape.IndicesWhereEqual(values, 1f));
            Device.Elementwise.Fill(y.Gradient, 1f);
            y.MarkGradient();
            tape.Backward();
        }

        Step(1);
        Step(2);
        Assume.That(deviceName, Is.Not.EqualTo(FakeCudaDevice.Name), "The PTX interpreter pools no memory.");
        long before = Device.Memory.Allocations;
        Step(1);
        Assert.That(Device.Memory.Allocations, Is.EqualTo(before));
    }

    [Test]
    public void Forward_RowThatIsNotThere_IsNamed([Values(-1, 2)] int row)
    {
        using var set = new ParameterSet(Device);
        var embedding = new Embedding(set, "operator.embedding", 2, 4);
        set.Allocate(2);
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => embedding.Forward(tape, [0, row]));
        Assert.That(e!.Message, Does.StartWith($"operator.embedding.weight has rows 0 to 1, there is no row {row}."));
    }

    [Test]
    public void Weight_Fresh_IsNormal()
    {
        using var set = new ParameterSet(Device);
        var embedding = new Embedding(set, "table", 50, 80);
        set.Allocate(2);
        float[] values = set.Parameters[0].Data.ToArray();
        Assert.That(set.Parameters[0].Shape, Is.EqualTo(new[] { embedding.Rows, embedding.Width }));
        Assert.That(values.Average(), Is.EqualTo(0).Within(0.08));
        Assert.That(values.Average(v => v * v), Is.EqualTo(1).Within(0.12));
    }
}
