using Ctm.Kernels.Devices;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// A right-hand matrix B [k, n] in the order that the device's multiplication reads it, for a B that is used many times
/// between changes: the weights of a layer within one training step.
/// </summary>
public sealed class PackedMatrix : IDisposable
{
    private readonly DeviceBuffer<float> buffer;

    internal PackedMatrix(DeviceBuffer<float> buffer, int k, int n)
    {
        this.buffer = buffer;
        K = k;
        N = n;
    }

    /// <summary>Rows of B.</summary>
    public int K { get; }

    /// <summary>Columns of B.</summary>
    public int N { get; }

    internal DeviceView<float> View => buffer.View;

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}
