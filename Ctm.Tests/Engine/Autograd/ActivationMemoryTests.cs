using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tests.Engine.Models;

namespace Ctm.Tests.Engine.Autograd;

internal sealed class ActivationMemoryTests
{
    private const int Batch = 200, Size = 4;

    private static readonly CtmConfiguration Base = CheckpointedTicksTests.Base with { Ticks = 6 };

    [Test]
    public void CountActivations_TensorsOfThreeTicks_CountsWhatHasValues()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", threads: 1);
        using var tape = new Tape(device);
        Assert.That(tape.CountActivations(), Is.EqualTo(default(ActivationMemory)));
        tape.Begin(recording: true);
        _ = tape.New(100, 100).Data;
        tape.BeginRecurrence(3);
        for (int tick = 0; tick < 3; tick++)
        {
            tape.BeginTick(tick);
            _ = tape.New(2, 5).Data;
            _ = tape.New(4, 1).Gradient;
        }

        tape.EndRecurrence();
        Assert.That(tape.CountActivations(), Is.EqualTo(new ActivationMemory(40, 120)));
    }

    [Test]
    public void CountActivations_MoreTicks_KeepsThemAllOrWithCheckpointsNoMore()
    {
        ActivationMemory six = Of(Base, 0), twelve = Of(Base with { Ticks = 12 }, 0);
        ActivationMemory sixInParts = Of(Base, 2), twelveInParts = Of(Base with { Ticks = 12 }, 2);
        Assert.That(six.BytesPerTick, Is.Positive);
        Assert.That(new[] { twelve, sixInParts, twelveInParts }.Select(m => m.BytesPerTick), Is.All.EqualTo(six.BytesPerTick));
        Assert.That(six.Bytes, Is.AtLeast(6 * six.BytesPerTick));
        Assert.That(twelve.Bytes - six.Bytes, Is.AtLeast(6 * six.BytesPerTick));
        Assert.That(twelveInParts.Bytes - sixInParts.Bytes, Is.LessThan((twelve.Bytes - six.Bytes) / 2));
    }

    private static ActivationMemory Of(CtmConfiguration configuration, int checkpointTicks)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", threads: 1);
        using TickModel model = configuration.Create(device, 11);
        using var tape = new Tape(device) { CheckpointTicks = checkpointTicks };
        InputPasses.Train(tape, model, Batch, Size, Size, 3);
        return tape.CountActivations();
    }
}
