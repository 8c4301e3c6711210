using Ctm.Kernels.Catalogue.Cases;

namespace Ctm.Kernels.Catalogue;

/// <summary>
/// One operation of a kernel family at one size: what it costs, and how to run it on any device. All cases of a size together
/// launch every kernel of its form (vectors of four floats, or single floats), so they say which kernels there are, and serve to try
/// and to time a device.
/// </summary>
/// <param name="Family">The family, as its folder is named.</param>
/// <param name="Name">The operation, as its method is named.</param>
/// <param name="Flops">Floating-point operations of one run, by the family's cost function; 0 where only bytes count.</param>
/// <param name="Bytes">Bytes that one run must move.</param>
/// <param name="Prepare">
/// Makes the arguments in the buffers given, which are the same on every device, and returns what runs the operation. It may be run
/// many times.
/// </param>
public sealed record KernelCase(string Family, string Name, double Flops, double Bytes, Func<CaseBuffers, Action> Prepare)
{
    /// <summary>
    /// By how much devices may differ beyond float32, relative to the largest value: where one keeps in half precision what another does not.
    /// </summary>
    public double Rounding { get; init; }

    /// <summary>All cases of a size, family by family.</summary>
    /// <param name="size">The size.</param>
    public static IReadOnlyList<KernelCase> All(KernelCaseSize size) =>
    [
        .. ActivationCases.Of(size),
        .. AttentionCases.Of(size),
        .. BottleneckCases.Of(size),
        .. ConvolutionCases.Of(size),
        .. CtcCases.Of(size),
        .. ElementwiseCases.Of(size),
        .. EmbeddingCases.Of(size),
        .. LossCases.Of(size),
        .. PolicyLossCases.Of(size),
        .. LstmCases.Of(size),
        .. MatrixMultiplyCases.Of(size),
        .. MeasurementCases.Of(size),
        .. MixtureCases.Of(size),
        .. NeuronLevelModelCases.Of(size),
        .. LayerNormCases.Of(size),
        .. SkipNormCases.Of(size),
        .. BatchNormCases.Of(size),
        .. OptimizerCases.Of(size),
        .. RandomCases.Of(size),
        .. SuperLinearCases.Of(size),
        .. SynchronizationCases.Of(size),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Family}.{Name}";
}
