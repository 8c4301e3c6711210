using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Elementwise;

/// <summary>The simple kernels on either executor.</summary>
internal sealed partial class ElementwiseLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : ElementwiseKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Fill(DeviceView<float> view, float value) =>
        executor.Elements(new FillBody<TFloats> { Target = TFloats.Of(view), Value = value }, view.Length, Aligned.To4(0, view));

    public override void Copy(DeviceView<float> source, DeviceView<float> target)
    {
        Lengths.AtLeast(source, target.Length, nameof(source));
        executor.Elements(
            new CopyBody<TFloats> { Source = TFloats.Of(source), Target = TFloats.Of(target) },
            target.Length,
            Aligned.To4(0, source, target));
    }

    public override void Add(DeviceView<float> left, DeviceView<float> right, DeviceView<float> output)
    {
        Lengths.AtLeast(left, output.Length, nameof(left));
        Lengths.AtLeast(right, output.Length, nameof(right));
        executor.Elements(
            new AddBody<TFloats> { Left = TFloats.Of(left), Right = TFloats.Of(right), Output = TFloats.Of(output) },
            output.Length,
            Aligned.To4(0, left, right, output));
    }

    public override void Multiply(DeviceView<float> left, DeviceView<float> right, DeviceView<float> output)
    {
        Lengths.AtLeast(left, output.Length, nameof(left));
        Lengths.AtLeast(right, output.Length, nameof(right));
        executor.Elements(
            new MultiplyBody<TFloats> { Left = TFloats.Of(left), Right = TFloats.Of(right), Output = TFloats.Of(output) },
            output.Length,
            Aligned.To4(0, left, right, output));
    }

    public override void Accumulate(DeviceView<float> source, float scale, DeviceView<float> target)
    {
        Lengths.AtLeast(source, target.Length, nameof(source));
        executor.Elements(
            new AccumulateBody<TFloats> { Source = TFloats.Of(source), Target = TFloats.Of(target), Scale = scale },
            target.Length,
            Aligned.To4(0, source, target));
    }

    public override void Scale(DeviceView<float> view, float factor) =>
        executor.Elements(new ScaleBody<TFloats> { Target = TFloats.Of(view), Factor = factor }, view.Length, Aligned.To4(0, view));

    public override void RoundToHalf(DeviceView<float> source, DeviceView<float> target)
    {
        Lengths.AtLeast(source, target.Length, nameof(source));
        executor.Items(
            new RoundToHalfBody<TFloats> { Source = TFloats.Of(source), Target = TFloats.Of(target) }, target.Length, work: 4);
    }

    public override void CopyColumns(
        DeviceView<float> source,
        int sourceWidth,
        int sourceColumn,
        DeviceView<float> target,
        int targetWidth,
        int targetColumn,
        int rows,
        int columns,
        bool accumulate)
    {
        Lengths.AtLeast(source, Lengths.Of(rows, sourceWidth), nameof(source));
        Lengths.AtLeast(target, Lengths.Of(rows, targetWidth), nameof(target));
        CheckColumns(sourceColumn, columns, sourceWidth, nameof(sourceColumn));
        CheckColumns(targetColumn, columns, targetWidth, nameof(targetColumn));
        if (rows == 0 || columns == 0)
        {
            return;
        }

        executor.Rows(
            new CopyRow<TFloats>
            {
                Source = TFloats.Of(source).Skip(sourceColumn),
                Target = TFloats.Of(target).Skip(targetColumn),
                SourceWidth = sourceWidth,
                TargetWidth = targetWidth,
                Columns = columns,
                Accumulate = accumulate ? 1 : 0,
            },
            rows,
            2 * columns,
            Aligned.To4(sourceWidth | sourceColumn | targetWidth | targetColumn | columns, source, target));
    }

    public override void BroadcastRows(DeviceView<float> source, DeviceView<float> target, int rows, int width)
    {
        Lengths.AtLeast(source, width, nameof(source));
        Lengths.AtLeast(target, Lengths.Of(rows, width), nameof(target));
        executor.Rows(
            new CopyRow<TFloats> { Source = TFloats.Of(source), Target = TFloats.Of(target), TargetWidth = width, Columns = width },
            rows,
            2 * width,
            Aligned.To4(width, source, target));
    }

    public override void Transpose2D(DeviceView<float> source, DeviceView<float> target, int rows, int columns) =>
        Transpose(source, target, 1, rows, columns);

    public override void NchwToNhwc(DeviceView<float> source, DeviceView<float> target, int batch, int channels, int pixels) =>
        Transpose(source, target, batch, channels, pixels);

    public override void NhwcToNchw(DeviceView<float> source, DeviceView<float> target, int batch, int channels, int pixels) =>
        Transpose(source, target, batch, pixels, channels);

    private static void CheckColumns(int column, int columns, int width, string name)
    {
        if (column < 0 || columns < 0 || column > width - columns)
        {
            throw new ArgumentException($"Columns {column} to {(long)column + columns} are not within a matrix of {width} columns.", name);
        }
    }

    private void Transpose(DeviceView<float> source, DeviceView<float> target, int batch, int rows, int columns)
    {
        int length = Lengths.Of(batch, Lengths.Of(rows, columns));
        Lengths.AtLeast(source, length, nameof(source));
        Lengths.AtLeast(target, length, nameof(target));
        if (length == 0)
        {
            return;
        }

        int rowTiles = (rows + TransposeTile<TFloats>.TileRows - 1) / TransposeTile<TFloats>.TileRows;
        int columnTiles = (columns + TransposeTile<TFloats>.TileColumns - 1) / TransposeTile<TFloats>.TileColumns;
        executor.Rows(
            new TransposeTile<TFloats>
            {
                Source = TFloats.Of(source),
                Target = TFloats.Of(target),
                Rows = rows,
                Columns = columns,
                RowTiles = rowTiles,
                ColumnTiles = columnTiles,
            },
            batch * rowTiles * columnTiles,
            4 * Math.Min(rows, TransposeTile<TFloats>.TileRows) * Math.Min(columns, TransposeTile<TFloats>.TileColumns),
            aligned: false);
    }
}
