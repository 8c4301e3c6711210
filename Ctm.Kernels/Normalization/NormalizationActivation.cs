namespace Ctm.Kernels.Normalization;

/// <summary>What follows a normalisation within the same kernel.</summary>
public enum NormalizationActivation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>x * sigmoid(x).</summary>
    Silu,
}
