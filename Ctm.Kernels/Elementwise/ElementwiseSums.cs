using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;

namespace Ctm.Kernels.Elementwise;

/// <content>Sums.</content>
internal sealed partial class ElementwiseLauncher<TFloats, TInts>
{
    private const int LeastStretch = 4096;

    public override void SumRows(DeviceView<float> source, DeviceView<float> target, int rows, int width, bool accumulate)
    {
        Lengths.AtLeast(source, Lengths.Of(rows, width), nameof(source));
        Lengths.AtLeast(target, width, nameof(target));
        ColumnReducer.Sum(
            executor,
            new ElementTerm<TFloats> { Source = TFloats.Of(source), Width = width },
            rows,
            width,
            target,
            default,
            accumulate,
            Aligned.To4(width, source, target),
            cost: 1);
    }

    public override void Sum(DeviceView<float> view, DeviceView<float> result)
    {
        Lengths.AtLeast(result, 1, nameof(result));
        using DeviceBuffer<float> scratch = executor.Device.Allocate<float>(SumScratchLength);
        SumTwice(view, scratch.View, result, square: 0);
    }

    public override void SumOfSquares(DeviceView<float> view, DeviceView<float> scratch, DeviceView<float> result)
    {
        Lengths.AtLeast(scratch, SumScratchLength, nameof(scratch));
        Lengths.AtLeast(result, 1, nameof(result));
        SumTwice(view, scratch, result, square: 1);
    }

    public override void SumOfSquaresSegments(DeviceView<float> view, DeviceView<int> segmentStarts, DeviceView<float> result)
    {
        int segments = segmentStarts.Length - 1;
        Lengths.AtLeast(segmentStarts, 1, nameof(segmentStarts));
        Lengths.AtLeast(result, segments, nameof(result));
        int stretches = (view.Length + LeastStretch - 1) / LeastStretch;
        using DeviceBuffer<float> scratch = executor.Device.Allocate<float>(stretches + segments + 1);
        executor.Rows(
            new SegmentPieces<TFloats, TInts>
            {
                Source = TFloats.Of(view),
                Partial = TFloats.Of(scratch.View),
                Starts = TInts.Of(segmentStarts),
                Length = view.Length,
                StretchLength = LeastStretch,
                Segments = segments,
            },
            segments == 0 ? 0 : stretches,
            LeastStretch,
            aligned: false);
        executor.Rows(
            new SegmentSums<TFloats, TInts>
            {
                Partial = TFloats.Of(scratch.View),
                Result = TFloats.Of(result),
                Starts = TInts.Of(segmentStarts),
                StretchLength = LeastStretch,
            },
            segments,
            1 + (stretches / Math.Max(1, segments)),
            aligned: false);
    }

    /// <summary>Sums stretches, at most as many as the scratch holds, then their sums.</summary>
    private void SumTwice(DeviceView<float> view, DeviceView<float> scratch, DeviceView<float> result, int square)
    {
        int stretch = (int)Math.Max(LeastStretch, ((((long)view.Length + SumScratchLength - 1) / SumScratchLength) + 3) / 4 * 4);
        int stretches = (int)(((long)view.Length + stretch - 1) / stretch);
        if (stretches <= 1)
        {
            Stretches(view, result, view.Length, 1, square);
            return;
        }

        Stretches(view, scratch, stretch, stretches, square);
        Stretches(scratch.Slice(0, stretches), result, stretches, 1, 0);
    }

    private void Stretches(DeviceView<float> source, DeviceView<float> result, int stretch, int count, int square) => executor.Rows(
        new StretchSums<TFloats>
        {
            Source = TFloats.Of(source),
            Result = TFloats.Of(result),
            Length = source.Length,
            StretchLength = stretch,
            Square = square,
        },
        count,
        stretch,
        Aligned.To4(source.Length, source));
}
