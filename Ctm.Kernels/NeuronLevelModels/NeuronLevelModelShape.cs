using Ctm.Kernels.Devices;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>The sizes of a set of neuron-level models.</summary>
/// <param name="Neurons">D, the number of neurons; each has a model of its own.</param>
/// <param name="MemoryLength">M, the number of pre-activations that a model sees.</param>
/// <param name="HiddenWidth">H, the hidden width of the deep form; 0 for the linear form.</param>
/// <param name="Batch">B, the number of samples.</param>
/// <param name="Ticks">T, the number of internal ticks that the history has room for.</param>
/// <param name="Runs">How many runs of T ticks, each with a history of its own, are kept for one backward pass.</param>
/// <param name="KeptTicks">
/// Ticks whose second GLU's input is kept at a time in training, 0 for all: a backward pass may go over the last so many that ran, and
/// over earlier ones after they have been run again.
/// </param>
/// <param name="Precision">
/// How the packed parameters and the history are kept, and on devices what deep models of a batch hand from a tick's window to its weights.
/// </param>
public readonly record struct NeuronLevelModelShape(
    int Neurons,
    int MemoryLength,
    int HiddenWidth,
    int Batch,
    int Ticks,
    int Runs = 1,
    int KeptTicks = 0,
    StoragePrecision Precision = StoragePrecision.Single)
{
    /// <summary>Ticks whose second GLU's input is kept at a time in training.</summary>
    public int KeptAtATime => KeptTicks > 0 ? Math.Min(KeptTicks, Ticks) : Ticks;

    /// <summary>Launches of one tick's backward through ILGPU: for a batch, deep models' windows and weights have one each.</summary>
    public int BackwardDeviceLaunches => HiddenWidth > 0 && Batch > 1 ? 2 : 1;

    /// <summary>Hidden units, counting the linear form as one that has no layer above it.</summary>
    private double Units => Math.Max(1, HiddenWidth);

    private int StoredBytes => Precision == StoragePrecision.Half ? sizeof(short) : sizeof(float);

    private double Parameters => Neurons * ((Units * ((2.0 * MemoryLength) + 2)) + (HiddenWidth > 0 ? (2.0 * HiddenWidth) + 2 : 0));

    /// <summary>Multiplications and additions of the affine maps in one tick's forward; the GLUs are not counted.</summary>
    public double ForwardFlops() => 2.0 * Batch * Neurons * Units * ((2.0 * MemoryLength) + (HiddenWidth > 0 ? 2 : 0));

    /// <summary>
    /// Multiplications and additions in one tick's backward. The deep form recomputes the hidden values, which costs one forward of the
    /// first layer beside the gradients of its weights and of the window.
    /// </summary>
    public double BackwardFlops() =>
        2.0 * Batch * Neurons * Units * (HiddenWidth > 0 ? (6.0 * MemoryLength) + 8 : 4.0 * MemoryLength);

    /// <summary>
    /// Bytes that one tick's forward must move: weights and the window read once, the pre-activation read and kept, the GLU's input and the
    /// output.
    /// </summary>
    public double ForwardBytes() =>
        (StoredBytes * (Parameters + ((double)Batch * Neurons * (MemoryLength + 1)))) + (sizeof(float) * 4.0 * Batch * Neurons);

    /// <summary>
    /// Bytes that one tick's backward must move: weights read, their gradients read and written, the window read, its gradient read and
    /// written, the kept GLU's input, the output's and the pre-activation's gradient.
    /// </summary>
    public double BackwardBytes() =>
        (StoredBytes * (Parameters + ((double)Batch * Neurons * MemoryLength)))
        + (sizeof(float) * ((2 * Parameters) + ((double)Batch * Neurons * ((2.0 * MemoryLength) + 4))));

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Neurons, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(HiddenWidth);
        ArgumentOutOfRangeException.ThrowIfLessThan(Batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Ticks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Runs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(KeptTicks);
    }
}
