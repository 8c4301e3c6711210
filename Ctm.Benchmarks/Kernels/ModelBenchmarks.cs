using Ctm.Benchmarks.Sizes;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Benchmarks of a kernel family at the sizes of whole models.</summary>
public abstract class ModelBenchmarks : DeviceBenchmarks<ModelSize>
{
    /// <inheritdoc/>
    protected sealed override IEnumerable<ModelSize> MeasuredSizes => ModelSize.All;

    /// <inheritdoc/>
    protected sealed override IEnumerable<ModelSize> SmokeSizes => [ModelSize.Smoke];
}
