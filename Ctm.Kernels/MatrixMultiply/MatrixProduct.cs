using Ctm.Kernels.Devices;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// Shape and layout of C [m, n] = op(A) [m, k] op(B) [k, n], all row-major. Leading dimensions are the distance between
/// stored rows; 0 stands for dense.
/// </summary>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">The summed dimension.</param>
public readonly record struct MatrixProduct(int M, int N, int K)
{
    /// <summary>A is stored as [k, m].</summary>
    public bool TransposeA { get; init; }

    /// <summary>B is stored as [n, k], as the weights of a linear layer are.</summary>
    public bool TransposeB { get; init; }

    /// <summary>Distance between stored rows of A; 0 for dense.</summary>
    public int LeadingA { get; init; }

    /// <summary>Distance between stored rows of B; 0 for dense.</summary>
    public int LeadingB { get; init; }

    /// <summary>Distance between rows of C; 0 for dense.</summary>
    public int LeadingC { get; init; }

    /// <summary>Adds to C instead of assigning.</summary>
    public bool Accumulate { get; init; }

    /// <summary>Number of products; 0 and 1 stand for one.</summary>
    public int Batch { get; init; }

    /// <summary>Distance between the As of a batch.</summary>
    public int StrideA { get; init; }

    /// <summary>Distance between the Bs of a batch; 0 uses the same B for all.</summary>
    public int StrideB { get; init; }

    /// <summary>Distance between the Cs of a batch.</summary>
    public int StrideC { get; init; }

    /// <summary>How B is kept, where it is packed.</summary>
    public StoragePrecision PrecisionB { get; init; }

    /// <summary>Floating-point operations.</summary>
    public double Flops => 2.0 * Math.Max(1, Batch) * M * N * K;

    /// <summary>Bytes that must move: every matrix once, C twice where it is added to.</summary>
    public double Bytes => sizeof(float) * (double)Math.Max(1, Batch)
        * (((double)M * K) + ((double)K * N * (PrecisionB == StoragePrecision.Half ? 0.5 : 1)) + ((double)M * N * (Accumulate ? 2 : 1)));

    /// <summary>
    /// Launches of the product through ILGPU: two where few tiles of C stand against so long a k that it is split and summed, else one.
    /// </summary>
    public int DeviceLaunches => MatrixPlan.Of(this).Splits > 1 ? 2 : 1;

    /// <summary>Asks for a device's tiles of this side, for checks of all forms at small sizes; 0 leaves it to the plan.</summary>
    internal int Side { get; init; }

    /// <summary>Asks for this many parts of k, likewise; 0 leaves it to the plan.</summary>
    internal int Splits { get; init; }

    internal int RowA => LeadingA != 0 ? LeadingA : TransposeA ? M : K;

    internal int RowB => LeadingB != 0 ? LeadingB : TransposeB ? K : N;

    internal int RowC => LeadingC != 0 ? LeadingC : N;
}
