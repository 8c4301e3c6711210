using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;

namespace Ctm.Kernels.Elementwise;

/// <content>Blends of rows.</content>
internal sealed partial class ElementwiseLauncher<TFloats, TInts>
{
    public override void BlendRows(
        DeviceView<float> rows, DeviceView<float> other, DeviceView<float> weights, DeviceView<float> output, int count, int width)
    {
        int length = Lengths.Of(count, width);
        Lengths.AtLeast(rows, length, nameof(rows));
        Lengths.AtLeast(other, width, nameof(other));
        Lengths.AtLeast(weights, count, nameof(weights));
        Lengths.AtLeast(output, length, nameof(output));
        executor.Rows(
            new BlendRow<TFloats>
            {
                Source = TFloats.Of(rows),
                Other = TFloats.Of(other),
                Weights = TFloats.Of(weights),
                Target = TFloats.Of(output),
                Width = width,
                HasOther = 1,
            },
            count,
            3 * width,
            Aligned.To4(width, rows, other, output));
    }

    public override void BlendRowsBackward(
        DeviceView<float> outputGradient,
        DeviceView<float> weights,
        DeviceView<float> rowsGradient,
        DeviceView<float> otherGradient,
        int count,
        int width,
        bool accumulate)
    {
        int length = Lengths.Of(count, width);
        Lengths.AtLeast(outputGradient, length, nameof(outputGradient));
        Lengths.AtLeast(weights, count, nameof(weights));
        Lengths.AtLeastIfPresent(rowsGradient, length, nameof(rowsGradient));
        Lengths.AtLeast(otherGradient, width, nameof(otherGradient));
        if (!rowsGradient.IsAbsent)
        {
            executor.Rows(
                new BlendRow<TFloats>
                {
                    Source = TFloats.Of(outputGradient),
                    Weights = TFloats.Of(weights),
                    Target = TFloats.Of(rowsGradient),
                    Width = width,
                    Accumulate = accumulate ? 1 : 0,
                },
                count,
                3 * width,
                Aligned.To4(width, outputGradient, rowsGradient));
        }

        ColumnReducer.Sum(
            executor,
            new WeightedTerm<TFloats> { Source = TFloats.Of(outputGradient), Weights = TFloats.Of(weights), Width = width },
            count,
            width,
            otherGradient,
            default,
            accumulate: true,
            Aligned.To4(width, outputGradient, otherGradient),
            cost: 1);
    }
}
