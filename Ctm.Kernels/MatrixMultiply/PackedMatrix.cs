using Ctm.Kernels.Devices;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// A right-hand matrix B [k, n] in the order that the device's multiplication reads it, for a B that is used many times
/// between changes: the weights of a layer within one training step. In single precision it borrows on a
/// GPU the values that were packed, which must stay as they are while it is used.
/// </summary>
public sealed class PackedMatrix : IDisposable
{
    private readonly DeviceBuffer<float>? buffer;
    private DeviceView<float> borrowed;

    internal PackedMatrix(DeviceBuffer<float>? buffer, int k, int n, StoragePrecision precision)
    {
        this.buffer = buffer;
        Precision = precision;
        K = k;
        N = n;
    }

    /// <summary>Rows of B.</summary>
    public int K { get; }

    /// <summary>Columns of B.</summary>
    public int N { get; }

    /// <summary>How the packed values are kept.</summary>
    public StoragePrecision Precision { get; }

    internal DeviceView<float> View => buffer?.View ?? borrowed;

    internal bool Transposed { get; private set; }

    internal int Leading { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => buffer?.Dispose();

    /// <summary>The packed values are dense, in the order in which they were stored.</summary>
    internal void Keep(bool transposed) => (Transposed, Leading) = (transposed, 0);

    internal void Borrow(DeviceView<float> view, bool transposed, int leading)
    {
        borrowed = view;
        Transposed = transposed;
        Leading = leading;
    }
}
