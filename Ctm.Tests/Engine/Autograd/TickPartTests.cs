using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Autograd;

/// <summary>What only some ticks of a recurrence do, and recurrences of changing length.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class TickPartTests(string deviceName)
{
    private const int Rows = 2, Width = 3;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void EnterPart_MiddleTicks_GivesTheGradientsOfTheSameStepsOutsideOfIt()
    {
        float[][] inPart = Run(inRecurrence: true), alone = Run(inRecurrence: false);
        for (int i = 0; i < alone.Length; i++)
        {
            Assert.That(inPart[i], Is.EqualTo(alone[i]).Within(1e-6), $"tensor {i}");
        }
    }

    [Test]
    public void BeginRecurrence_OtherNumbersOfTicks_AllocatesNothingOnceTheLongestRan()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var tape = new Tape(device);
        Tensor Step(int ticks, int first, int count)
        {
            tape.Begin(recording: true);
            Tensor x = tape.New(Rows, Width), y = x;
            device.Elementwise.Fill(x.Data, 1f);
            tape.BeginRecurrence(ticks);
            TickPart part = tape.NewPart(first, count);
            for (int t = 0; t < ticks; t++)
            {
                tape.BeginTick(t);
                if (t >= first && t < first + count)
                {
                    tape.EnterPart(part);
                    y = tape.Concatenate(x, x);
                    tape.LeavePart();
                }

                x = tape.Relu(x);
            }

            tape.EndRecurrence();
            Assert.That(tape.AllTicks(y).Rows, Is.EqualTo(count * Rows));
            Tensor all = tape.AllTicks(x);
            Assert.That(all.Rows, Is.EqualTo(ticks * Rows));
            Assert.That(all.Data.ToArray(), Is.All.EqualTo(1f));
            all.MarkGradient();
            tape.Backward();
            return all;
        }

        Step(3, 1, 1);
        Step(7, 2, 4);
        long allocations = device.Memory.Allocations, live = device.Memory.LiveBuffers;
        Step(3, 0, 3);
        Step(1, 0, 1);
        Step(7, 1, 4);
        Step(5, 3, 2);
        Assert.That(device.Memory.Allocations, Is.EqualTo(allocations));
        Assert.That(device.Memory.LiveBuffers, Is.EqualTo(live));
    }

    [Test]
    public void EnterPart_WrongTicks_Throws()
    {
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        tape.BeginRecurrence(4);
        TickPart part = tape.NewPart(1, 2);
        Assert.Throws<InvalidOperationException>(() => tape.EnterPart(part), "before the first tick");
        tape.BeginTick(0);
        var e = Assert.Throws<InvalidOperationException>(() => tape.EnterPart(part));
        Assert.That(e!.Message, Is.EqualTo("The part belongs to ticks 1 to 2, once each and in order: tick 0 cannot enter it."));
        tape.BeginTick(1);
        tape.EnterPart(part);
        Assert.Throws<InvalidOperationException>(() => tape.EnterPart(part), "within a part");
        tape.New(2, 3);
        tape.LeavePart();
        Assert.Throws<InvalidOperationException>(() => tape.EnterPart(part), "twice in a tick");
        tape.BeginTick(2);
        tape.EnterPart(part);
        Assert.Throws<InvalidOperationException>(() => tape.New(3, 3), "another shape");
        tape.LeavePart();
        tape.BeginTick(3);
        Assert.Throws<InvalidOperationException>(() => tape.EnterPart(part), "behind its ticks");
    }

    [Test]
    public void AllTicks_TensorOfNoRecurrence_Throws()
    {
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        Tensor x = tape.New(2, 3);
        x.Data.CopyFrom(new float[6]);
        tape.BeginRecurrence(3);
        Tensor[] ticks = new Tensor[3];
        for (int t = 0; t < 3; t++)
        {
            tape.BeginTick(t);
            ticks[t] = tape.Relu(x);
        }

        tape.EndRecurrence();
        Assert.That(tape.AllTicks(ticks[0]), Is.SameAs(tape.AllTicks(ticks[2])));
        Assert.Throws<ArgumentException>(() => tape.AllTicks(x));
        Assert.Throws<ArgumentException>(() => tape.AllTicks(ticks[1]));
    }

    [Test]
    public void Split_SomeBlocksUsed_OthersHaveGradientZero()
    {
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        Tensor x = tape.New(6, 2);
        float[] values = [.. Enumerable.Range(1, 12).Select(i => (float)i)];
        x.Data.CopyFrom(values);
        IReadOnlyList<Tensor> blocks = tape.Split(x, 3);
        Assert.That(blocks[1].Data.ToArray(), Is.EqualTo(values[4..8]));
        Tensor y = tape.Relu(blocks[1]), z = tape.Relu(blocks[1]);
        foreach (Tensor tensor in new[] { y, z })
        {
            tensor.Gradient.CopyFrom(new float[] { 1, 2, 3, 4 });
            tensor.MarkGradient();
        }

        tape.Backward();
        Assert.That(x.HasGradient);
        Assert.That(x.Gradient.ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 0, 2, 4, 6, 8, 0, 0, 0, 0 }));
        Assert.Throws<ArgumentException>(() => tape.Split(x, 4));
    }

    // Four ticks, of which 1 and 2 also apply a layer of their own; or the same without any recurrence.
    private float[][] Run(bool inRecurrence)
    {
        using var set = new ParameterSet(Device);
        Linear own = new(set, "own", Width, Width), shared = new(set, "shared", Width, Width);
        set.Allocate(4);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 5);
        tape.Begin(recording: true);
        Tensor start = tape.New(Rows, Width), x = start;
        start.Data.CopyFrom(buffers.Values(start.Length));
        TickPart? part = null;
        if (inRecurrence)
        {
            tape.BeginRecurrence(4);
            part = tape.NewPart(1, 2);
        }

        for (int t = 0; t < 4; t++)
        {
            if (inRecurrence)
            {
                tape.BeginTick(t);
            }

            if (t is 1 or 2)
            {
                if (part is not null)
                {
                    tape.EnterPart(part);
                }

                x = own.Forward(tape, x);
                tape.LeavePart();
            }

            x = shared.Forward(tape, x);
        }

        tape.EndRecurrence();
        x.Gradient.CopyFrom(buffers.Values(x.Length));
        x.MarkGradient();
        tape.Backward();
        return [x.Data.ToArray(), start.Gradient.ToArray(), .. set.Parameters.Select(p => p.Gradient.ToArray())];
    }
}
