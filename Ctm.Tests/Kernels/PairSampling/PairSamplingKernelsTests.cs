using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tests.Kernels.PairSampling;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class PairSamplingKernelsTests(string deviceName)
{
    private const ulong Seed = 42, Stream = 7;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void FirstLast_Output_IsTheFirstNeurons()
    {
        (int[] left, int[] right) = Draw(NeuronSelection.FirstLast, SynchronizationUse.Output, 5, 12, 0);
        Assert.That(left, Is.EqualTo((int[])[0, 1, 2, 3, 4]));
        Assert.That(right, Is.EqualTo(left));
    }

    [Test]
    public void FirstLast_Action_IsTheLastNeurons()
    {
        (int[] left, int[] right) = Draw(NeuronSelection.FirstLast, SynchronizationUse.Action, 5, 12, 0);
        Assert.That(left, Is.EqualTo((int[])[7, 8, 9, 10, 11]));
        Assert.That(right, Is.EqualTo(left));
    }

    [TestCase(1, 1)]
    [TestCase(64, 3)]
    [TestCase(65, 2048)]
    [TestCase(1001, 4097)]
    [TestCase(100, int.MaxValue)]
    public void Random_AnySize_IsThePublishedGeneratorScaled(int count, int neurons)
    {
        (int[] left, int[] right) = Draw(NeuronSelection.Random, SynchronizationUse.Output, count, neurons, 0);
        for (int k = 0; k < count; k++)
        {
            Philox draw = Philox.Draw(Seed, Stream, (uint)k);
            Assert.That(left[k], Is.EqualTo(Scaled(draw.X, draw.Y, neurons)), $"left[{k}]");
            Assert.That(right[k], Is.EqualTo(Scaled(draw.Z, draw.W, neurons)), $"right[{k}]");
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(33)]
    [TestCase(99)]
    public void RandomPairing_SelfPairs_AreTheFirstAndTheRestAsRandom(int selfPairs)
    {
        (int[] left, int[] right) = Draw(NeuronSelection.RandomPairing, SynchronizationUse.Action, 100, 500, selfPairs);
        (int[] randomLeft, int[] randomRight) = Draw(NeuronSelection.Random, SynchronizationUse.Action, 100, 500, 0);
        Assert.That(left, Is.EqualTo(randomLeft));
        Assert.That(right[..selfPairs], Is.EqualTo(left[..selfPairs]));
        Assert.That(right[selfPairs..], Is.EqualTo(randomRight[selfPairs..]));
    }

    [Test]
    public void Random_ManyDraws_AreUniformAndIndependent()
    {
        const int neurons = 10, count = 20000;
        (int[] left, int[] right) = Draw(NeuronSelection.Random, SynchronizationUse.Output, count, neurons, 0);
        var cells = new int[neurons * neurons];
        for (int k = 0; k < count; k++)
        {
            cells[(left[k] * neurons) + right[k]]++;
        }

        // Chi-square with 99 degrees of freedom: 99.9 % lie below 148.2.
        double expected = count / (double)cells.Length;
        Assert.That(cells.Sum(n => (n - expected) * (n - expected) / expected), Is.LessThan(148.2));
    }

    [Test]
    public void Draw_BadArguments_ThrowOneClearLine()
    {
        void Fails(string part, NeuronSelection selection, int left, int right, int neurons, int selfPairs)
        {
            using var buffers = new Buffers(Device, 1);
            DeviceView<int> a = buffers.IntOutput(left), b = buffers.IntOutput(right);
            Assert.That(
                () => Device.PairSampling.Draw(selection, SynchronizationUse.Output, a, b, neurons, selfPairs, 1, 1),
                Throws.ArgumentException.With.Message.Contains(part));
        }

        Fails("not 4 and 5", NeuronSelection.Random, 4, 5, 10, 0);
        Fails("not 0", NeuronSelection.Random, 4, 4, 0, 0);
        Fails("11 neurons does not fit into 10", NeuronSelection.FirstLast, 11, 11, 10, 0);
        Fails("not 4", NeuronSelection.RandomPairing, 4, 4, 10, 4);
        Fails("not -1", NeuronSelection.RandomPairing, 4, 4, 10, -1);
        Fails("not 1", NeuronSelection.Random, 4, 4, 10, 1);
        Fails("no neuron selection 9", (NeuronSelection)9, 4, 4, 10, 0);
    }

    [Test]
    public void Bounded_Extremes_AreFirstAndLastNeuron()
    {
        Assert.That(PairSamplingKernels.Bounded(0, 0, 1000), Is.Zero);
        Assert.That(PairSamplingKernels.Bounded(uint.MaxValue, uint.MaxValue, 1000), Is.EqualTo(999));
        Assert.That(PairSamplingKernels.Bounded(uint.MaxValue, uint.MaxValue, int.MaxValue), Is.EqualTo(int.MaxValue - 1));
    }

    private static int Scaled(uint high, uint low, int neurons) => (int)(((((UInt128)high << 32) | low) * (uint)neurons) >> 64);

    private (int[] Left, int[] Right) Draw(NeuronSelection selection, SynchronizationUse use, int count, int neurons, int selfPairs)
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<int> left = buffers.IntOutput(count), right = buffers.IntOutput(count);
        Device.PairSampling.Draw(selection, use, left, right, neurons, selfPairs, Seed, Stream);
        return (left.ToArray(), right.ToArray());
    }
}
