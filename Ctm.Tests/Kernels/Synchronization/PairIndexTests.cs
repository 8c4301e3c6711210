using Ctm.Kernels.Devices;
using Ctm.Kernels.Synchronization;

namespace Ctm.Tests.Kernels.Synchronization;

internal sealed class PairIndexTests
{
    [Test]
    public void UpperTriangle_DifferentRowsAndColumns_IsRowMajorWithDiagonal()
    {
        (int[] left, int[] right) = PairIndex.UpperTriangle([5, 6, 7], [1, 2, 3]);
        Assert.That(left, Is.EqualTo((int[])[5, 5, 5, 6, 6, 7]));
        Assert.That(right, Is.EqualTo((int[])[1, 2, 3, 2, 3, 3]));
    }

    [Test]
    public void UpperTriangle_DifferentLengths_Throws() => Assert.That(
        () => PairIndex.UpperTriangle([1], [1, 2]), Throws.ArgumentException.With.Message.Contains("1 left and 2 right"));

    [Test]
    public void Entries_PairsWithSelfPair_ListEveryPlaceOfEveryNeuron()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using var index = new PairIndex(device, [3, 1, 1], [1, 1, 0], 4);
        Assert.That(index.Ranked.ToArray(), Is.EqualTo((int[])[1, 0, 3, 2]));
        Assert.That(index.Offsets.ToArray(), Is.EqualTo((int[])[0, 4, 5, 6, 6]));
        Assert.That(index.EntryPairs.ToArray(), Is.EqualTo((int[])[0, 1, 1, 2, 2, 0]));
        Assert.That(index.EntryPartners.ToArray(), Is.EqualTo((int[])[3, 1, 1, 0, 1, 1]));
    }

    [Test]
    public void Constructor_NeuronOutOfRange_ThrowsAndLeavesNoBuffer()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        int live = device.Memory.LiveBuffers;
        Assert.That(() => new PairIndex(device, [0, 4], [0, 1], 4), Throws.ArgumentException.With.Message.Contains("Neuron 4"));
        Assert.That(() => new PairIndex(device, [0, -1], [0, 1], 4), Throws.ArgumentException.With.Message.Contains("Neuron -1"));
        Assert.That(() => new PairIndex(device, [0], [0, 1], 4), Throws.ArgumentException.With.Message.Contains("1 left and 2 right"));
        Assert.That(device.Memory.LiveBuffers, Is.EqualTo(live));
    }

    [Test]
    public void Dispose_Twice_FreesAllBuffersOnce()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        int live = device.Memory.LiveBuffers;
        var index = new PairIndex(device, [0, 1], [0, 1], 2);
        Assert.That(device.Memory.LiveBuffers, Is.GreaterThan(live));
        index.Dispose();
        index.Dispose();
        Assert.That(device.Memory.LiveBuffers, Is.EqualTo(live));
    }
}
