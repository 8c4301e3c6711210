namespace Ctm.Benchmarks.Sizes;

/// <summary>What one call of a benchmark must do at least.</summary>
/// <param name="Flops">Floating-point operations; 0 where there are none to speak of.</param>
/// <param name="Bytes">Bytes moved through main memory; 0 where arithmetic bounds the call and nobody counted them.</param>
public readonly record struct Cost(double Flops, double Bytes);
