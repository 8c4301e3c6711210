using Ctm.Kernels.Convolution;

namespace Ctm.Tests.Kernels.Convolution;

internal sealed class ConvolutionOracleTests
{
    [TestCaseSource(typeof(ConvolutionKernelsTests), nameof(ConvolutionKernelsTests.Shapes))]
    public void Backward_AwkwardShapes_AgreesWithCentralDifferences(ConvolutionShape shape)
    {
        var random = new Random(11);
        double[] Values(int length) => [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextDouble()) - 1)];
        double[] x = Values(shape.InputLength), w = Values(shape.WeightLength);
        double[] b = Values(shape.OutChannels), g = Values(shape.OutputLength);
        double Loss() => ConvolutionOracle.Forward(shape, x, w, b).Zip(g, (y, d) => y * d).Sum();
        (double[] dx, double[] dw, double[] db) = ConvolutionOracle.Backward(shape, x, w, g);
        Oracle.GradientHolds(Loss, x, dx, "input gradient");
        Oracle.GradientHolds(Loss, w, dw, "weight gradient");
        Oracle.GradientHolds(Loss, b, db, "bias gradient");
    }
}
