using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>C [M, N] in rows of LeadingC, and what is added to a product there: the bias [N], and C itself where it accumulates.</summary>
internal struct TileTarget
{
    public ViewMemory<float> C, Bias;
    public int HasBias, Accumulate, M, N, LeadingC;
}
