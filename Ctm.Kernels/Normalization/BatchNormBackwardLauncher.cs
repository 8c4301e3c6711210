using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;

namespace Ctm.Kernels.Normalization;

/// <content>The launches of BatchNorm's backward: chunks' sums, parameters' gradients, the gradient by the input.</content>
internal sealed partial class NormalizationLauncher<TFloats, TInts>
{
    private void Backward(in BatchNormArguments a)
    {
        a.Check();
        if (a.Rows == 0 || a.Channels == 0)
        {
            return;
        }

        int channels = a.Channels;
        var chunks = new ColumnChunks(a.Rows, channels);
        int part = chunks.Count * channels;
        using DeviceBuffer<float> scratch = executor.Device.Allocate<float>((2 * part) + (2 * channels));
        DeviceView<float> products = scratch.Slice(0, part), sums = scratch.Slice(part, part);
        DeviceView<float> meanGradient = scratch.Slice(2 * part, channels), slope = scratch.Slice((2 * part) + channels, channels);
        bool aligned = a.Aligned;
        var term = new BatchNormTerm<TFloats>
        {
            Input = TFloats.Of(a.Input),
            Output = TFloats.Of(a.Output),
            OutputGradient = TFloats.Of(a.OutputGradient),
            Mean = TFloats.Of(a.Mean),
            Width = channels,
            Relu = a.Relu ? 1 : 0,
        };
        ColumnReducer.Chunks(executor, term, chunks, a.Rows, channels, products, sums, accumulate: false, aligned, cost: 3);
        BatchNormStatistics<TFloats> statistics = Statistics(a.Mean, a.Spread, a.Constant, a.Epsilon);
        executor.Rows(
            new BatchNormGradients<TFloats>
            {
                Products = TFloats.Of(products),
                Sums = TFloats.Of(sums),
                WeightGradient = TFloats.Of(a.WeightGradient),
                BiasGradient = TFloats.Of(a.BiasGradient),
                MeanGradient = TFloats.Of(meanGradient),
                Slope = TFloats.Of(slope),
                Statistics = statistics,
                Chunks = chunks.Count,
                Width = channels,
                Rows = a.Rows,
            },
            chunks.Blocks,
            2 * chunks.Count * Math.Min(channels, ColumnChunks.BlockColumns),
            aligned);
        if (a.InputGradient.IsAbsent && a.AddendGradient.IsAbsent)
        {
            return;
        }

        executor.Rows(
            new BatchNormBackwardInput<TFloats>
            {
                Input = TFloats.Of(a.Input),
                Output = TFloats.Of(a.Output),
                OutputGradient = TFloats.Of(a.OutputGradient),
                InputGradient = TFloats.Of(a.InputGradient),
                AddendGradient = TFloats.Of(a.AddendGradient),
                Weight = TFloats.Of(a.Weight),
                MeanGradient = TFloats.Of(meanGradient),
                Slope = TFloats.Of(slope),
                Statistics = statistics,
                Rows = a.Rows,
                Width = channels,
                Relu = a.Relu ? 1 : 0,
                HasInputGradient = a.InputGradient.IsAbsent ? 0 : 1,
                HasAddendGradient = a.AddendGradient.IsAbsent ? 0 : 1,
                Constant = a.Constant ? 1 : 0,
            },
            RowTile.Count(a.Rows),
            4 * RowTile.Rows * channels,
            aligned);
    }
}
