using Ctm.Kernels.Devices;
using ILGPU.Runtime.Cuda;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>A library's product of column-major matrices: C = op(A) op(B) + beta C, with C [m, n] and distances between columns.</summary>
internal interface IColumnMajorLibrary : IDisposable
{
    void Multiply(
        bool transposeA,
        bool transposeB,
        (int M, int N, int K) size,
        (DeviceView<float> View, int Leading) a,
        (DeviceView<float> View, int Leading) b,
        float beta,
        (DeviceView<float> View, int Leading) c);
}

/// <summary>cuBLAS in the device's own stream, in its default mathematics: float32 throughout.</summary>
internal sealed class CublasLibrary : IColumnMajorLibrary
{
    private readonly CuBlas library;

    /// <summary>Finds the library.</summary>
    /// <exception cref="DeviceNotFoundException">When there is none that fits.</exception>
    public CublasLibrary(IlgpuDevice device)
    {
        try
        {
            library = new CuBlas((CudaAccelerator)device.Accelerator) { Stream = (CudaStream)device.Stream };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What a missing library, an old one and a missing entry point raise has no common type.
            string plain = device.Name.Split('+')[0];
            throw new DeviceNotFoundException(
                $"There is no cuBLAS of CUDA 10, 11 or 12 that works with {plain}: put it where libraries are looked for, or use {plain}, "
                + "which needs none.");
        }
    }

    public void Multiply(
        bool transposeA,
        bool transposeB,
        (int M, int N, int K) size,
        (DeviceView<float> View, int Leading) a,
        (DeviceView<float> View, int Leading) b,
        float beta,
        (DeviceView<float> View, int Leading) c) => library.Gemm(
        transposeA ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose,
        transposeB ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose,
        size.M,
        size.N,
        size.K,
        1f,
        IlgpuBuffer<float>.ViewOf(a.View),
        a.Leading,
        IlgpuBuffer<float>.ViewOf(b.View),
        b.Leading,
        beta,
        IlgpuBuffer<float>.ViewOf(c.View),
        c.Leading);

    public void Dispose() => library.Dispose();
}
