using Ctm.Kernels.Devices;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// A right-hand matrix B [k, n] in the order that the device's multiplication reads it, for a B that is used many times
/// between changes: the weights of a layer within one training step. On a GPU it borrows the values that were packed, which
/// must stay as they are while it is used.
/// </summary>
public sealed class PackedMatrix : IDisposable
{
    private readonly DeviceBuffer<float>? buffer;
    private DeviceView<float> borrowed;

    internal PackedMatrix(DeviceBuffer<float>? buffer, int k, int n)
    {
        this.buffer = buffer;
        K = k;
        N = n;
    }

    /// <summary>Rows of B.</summary>
    public int K { get; }

    /// <summary>Columns of B.</summary>
    public int N { get; }

    internal DeviceView<float> View => buffer?.View ?? borrowed;

    internal bool Transposed { get; private set; }

    internal int Leading { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => buffer?.Dispose();

    internal void Borrow(DeviceView<float> view, bool transposed, int leading)
    {
        borrowed = view;
        Transposed = transposed;
        Leading = leading;
    }
}
