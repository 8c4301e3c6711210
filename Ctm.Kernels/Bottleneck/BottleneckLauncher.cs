using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Normalization;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Bottleneck;

/// <summary>The bottleneck kernels on either executor.</summary>
internal sealed class BottleneckLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : BottleneckKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Forward(
        DeviceView<float> input, in BottleneckDown down, in BottleneckUp up, DeviceView<float> output, int rows, int width, int narrow)
    {
        Check(input, down, up, output, rows, width, narrow);
        bool areAligned = Aligned.To4(width, input, down.Weight, up.Widened, output)
            && Aligned.To4(narrow, down.NormWeight, down.NormBias, down.Squeezed, down.Narrow, up.Weight)
            && Aligned.To4(width, up.Norms.Weight, up.Norms.Bias, up.Norms.SkipWeight, up.Norms.SkipBias);
        executor.Rows(
            new BottleneckForward<TFloats>
            {
                Input = TFloats.Of(input),
                DownWeight = TFloats.Of(down.Weight),
                DownBias = TFloats.Of(down.LinearBias),
                Squeezed = TFloats.Of(down.Squeezed),
                Norm = new LayerNormForward<TFloats>
                {
                    Input = TFloats.Of(down.Squeezed),
                    Addend = TFloats.Of(down.Squeezed),
                    Weight = TFloats.Of(down.NormWeight),
                    Bias = TFloats.Of(down.NormBias),
                    Output = TFloats.Of(down.Narrow),
                    Statistics = TFloats.Of(down.Statistics),
                    Width = narrow,
                    Silu = 1,
                },
                UpWeight = TFloats.Of(up.Weight),
                UpBias = TFloats.Of(up.LinearBias),
                Widened = TFloats.Of(up.Widened),
                Join = new SkipNormForward<TFloats>
                {
                    Sum = new SkipNormSum<TFloats>
                    {
                        Input = TFloats.Of(up.Widened),
                        Skip = TFloats.Of(input),
                        Weight = TFloats.Of(up.Norms.Weight),
                        Bias = TFloats.Of(up.Norms.Bias),
                        Statistics = TFloats.Of(up.Norms.Statistics),
                        Width = width,
                    },
                    SkipWeight = TFloats.Of(up.Norms.SkipWeight),
                    SkipBias = TFloats.Of(up.Norms.SkipBias),
                    SkipStatistics = TFloats.Of(up.Norms.SkipStatistics),
                    Output = TFloats.Of(output),
                },
                Width = width,
                Narrow = narrow,
            },
            rows,
            (8 + (2 * narrow)) * width,
            areAligned);
    }

    private static void Check(
        DeviceView<float> input, in BottleneckDown down, in BottleneckUp up, DeviceView<float> output, int rows, int width, int narrow)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(narrow, 1);
        Lengths.AtLeast(input, rows * width, nameof(input));
        Lengths.AtLeast(output, rows * width, nameof(output));
        Lengths.AtLeast(down.Weight, narrow * width, "down weight");
        Lengths.AtLeast(down.LinearBias, narrow, "down bias");
        Lengths.AtLeast(down.NormWeight, narrow, "down norm weight");
        Lengths.AtLeast(down.NormBias, narrow, "down norm bias");
        Lengths.AtLeast(down.Squeezed, rows * narrow, "squeezed");
        Lengths.AtLeast(down.Statistics, 2 * rows, "down statistics");
        Lengths.AtLeast(down.Narrow, rows * narrow, "narrow");
        Lengths.AtLeast(up.Weight, narrow * width, "up weight");
        Lengths.AtLeast(up.LinearBias, width, "up bias");
        Lengths.AtLeast(up.Widened, rows * width, "widened");
        Lengths.AtLeast(up.Norms.Weight, width, "up norm weight");
        Lengths.AtLeast(up.Norms.Bias, width, "up norm bias");
        Lengths.AtLeast(up.Norms.Statistics, 2 * rows, "up statistics");
        Lengths.AtLeast(up.Norms.SkipWeight, width, "skip weight");
        Lengths.AtLeast(up.Norms.SkipBias, width, "skip bias");
        Lengths.AtLeast(up.Norms.SkipStatistics, 2 * rows, "skip statistics");
    }
}
