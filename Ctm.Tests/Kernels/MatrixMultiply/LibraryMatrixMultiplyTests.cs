using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Tests.Kernels.MatrixMultiply;

/// <summary>What a library for column-major matrices is asked, beside the kernels: a stand-in multiplies as its interface says.</summary>
internal sealed class LibraryMatrixMultiplyTests
{
    private static readonly MatrixProduct[] Products =
    [
        new(5, 7, 3), new(4, 8, 6) { LeadingA = 12, LeadingB = 12, LeadingC = 9 }, new(3, 4, 0), new(0, 4, 2),
        new(3, 4, 5) { Batch = 3, StrideA = 15, StrideB = 20, StrideC = 12 },
    ];

    private readonly ColumnMajor library = new();
    private IlgpuDevice device = null!, libraryDevice = null!;

    [OneTimeSetUp]
    public void OpenDevices()
    {
        device = (IlgpuDevice)ComputeDevice.OpenSimulator(32);
        libraryDevice = (IlgpuDevice)ComputeDevice.OpenSimulator(32);
        libraryDevice.UseLibrary(library);
    }

    [OneTimeTearDown]
    public void CloseDevices()
    {
        device.Dispose();
        libraryDevice.Dispose();
    }

    [Test]
    public void Multiply_AnyLayout_EqualsKernels(
        [ValueSource(nameof(Products))] MatrixProduct p, [Values] bool transposeA, [Values] bool transposeB, [Values] bool accumulate,
        [Values] bool hasBias)
    {
        MatrixProduct product = p with { TransposeA = transposeA, TransposeB = transposeB, Accumulate = accumulate };
        int before = library.Calls;
        Oracle.AreClose(Result(libraryDevice), [.. Result(device).Select(x => (double)x)], 1e-6, "C and what lies around it");
        bool isOurs = p.K == 0 || p.M == 0 || (hasBias && (p.LeadingC > 0 || p.Batch > 1));
        Assert.That(library.Calls - before, Is.EqualTo(isOurs ? 0 : Math.Max(1, p.Batch)));

        float[] Result(ComputeDevice on)
        {
            using var buffers = new Buffers(on, 1);
            DeviceView<float> a = buffers.Input(100), b = buffers.Input(100), c = buffers.Input(60), bias = buffers.Input(8);
            on.MatrixMultiply.Multiply(a, b, c, product, hasBias ? bias : default);
            return c.ToArray();
        }
    }

    [Test]
    public void Open_CublasWithoutCuda_SaysWhatThereIs()
    {
        Assert.That(
            () => ComputeDevice.Open("cpu+cublas"),
            Throws.TypeOf<DeviceNotFoundException>()
                .With.Message.StartsWith("cuBLAS is for CUDA devices, as in cuda:0+cublas, not for 'cpu+cublas'"));
        Assert.That(
            () => ComputeDevice.Open("cuda:77+cublas"),
            Throws.TypeOf<DeviceNotFoundException>().With.Message.StartsWith("There is no device 'cuda:77+cublas': this machine has "));
    }

    private sealed class ColumnMajor : IColumnMajorLibrary
    {
        public int Calls { get; private set; }

        public void Multiply(
            bool transposeA,
            bool transposeB,
            (int M, int N, int K) size,
            (DeviceView<float> View, int Leading) a,
            (DeviceView<float> View, int Leading) b,
            float beta,
            (DeviceView<float> View, int Leading) c)
        {
            Calls++;
            float[] x = a.View.ToArray(), y = b.View.ToArray(), z = c.View.ToArray();
            for (int row = 0; row < size.M; row++)
            {
                for (int column = 0; column < size.N; column++)
                {
                    int place = (column * c.Leading) + row;
                    double sum = beta * z[place];
                    for (int k = 0; k < size.K; k++)
                    {
                        int left = transposeA ? (row * a.Leading) + k : (k * a.Leading) + row;
                        int right = transposeB ? (k * b.Leading) + column : (column * b.Leading) + k;
                        sum += (double)x[left] * y[right];
                    }

                    z[place] = (float)sum;
                }
            }

            c.View.CopyFrom(z);
        }

        public void Dispose()
        {
        }
    }
}
