using Ctm.Kernels.Devices;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Kernels.PairSampling;

/// <summary>
/// Draws the neurons of a synchronization on the device. Element k depends on seed, stream and k only, and is the same on every
/// device. The lists hold J neurons; for <see cref="NeuronSelection.FirstLast"/> and <see cref="NeuronSelection.Random"/> the pairs are
/// the
/// upper triangle that <see cref="Synchronization.PairIndex.UpperTriangle"/> makes of them.
/// </summary>
public abstract class PairSamplingKernels
{
    private protected PairSamplingKernels()
    {
    }

    /// <summary>Neuron number of a draw: floor(word D / 2^64), where word is 64 random bits.</summary>
    /// <remarks>No neuron's probability is off 1 / D by more than 2^-64, which is below D 2^-64 &lt; 2^-33 of itself.</remarks>
    /// <param name="high">The upper 32 random bits.</param>
    /// <param name="low">The lower 32 random bits.</param>
    /// <param name="neurons">Number of neurons D.</param>
    /// <returns>A number from 0 to D - 1.</returns>
    public static int Bounded(uint high, uint low, int neurons) =>
        (int)((((ulong)high * (uint)neurons) + (((ulong)low * (uint)neurons) >> 32)) >> 32);

    /// <summary>Fills the left and right lists of one synchronization.</summary>
    /// <remarks>
    /// FirstLast: neurons 0 .. J - 1 for <see cref="SynchronizationUse.Output"/>, the last J for <see
    /// cref="SynchronizationUse.Action"/>, left
    /// equal to right; that both fit without overlap is the caller's to check. Random: both lists drawn independently, with replacement.
    /// RandomPairing: the same, but right[k] = left[k] for k below <paramref name="selfPairs"/>. Draw k of the stream (<see
    /// cref="Philox"/>)
    /// gives left[k] by its words X and Y, right[k] by Z and W.
    /// </remarks>
    /// <param name="selection">The kind.</param>
    /// <param name="use">What it is for; only FirstLast looks at it. Take different streams for the two.</param>
    /// <param name="left">Receives the left neurons, [J].</param>
    /// <param name="right">Receives the right neurons, [J].</param>
    /// <param name="neurons">Number of neurons D to choose from, 1 or more.</param>
    /// <param name="selfPairs">For RandomPairing the number of self pairs, 0 .. J - 1; 0 for the other kinds.</param>
    /// <param name="seed">The seed of a run.</param>
    /// <param name="stream">What the numbers are for.</param>
    /// <exception cref="ArgumentException">When an argument does not fit.</exception>
    public abstract void Draw(
        NeuronSelection selection,
        SynchronizationUse use,
        DeviceView<int> left,
        DeviceView<int> right,
        int neurons,
        int selfPairs,
        ulong seed,
        ulong stream);
}
