using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Embedding;

/// <summary>The embedding kernels on either executor.</summary>
internal sealed class EmbeddingLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : EmbeddingKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    private const int PartCount = 256;

    public override void IndicesWhereEqual(DeviceView<float> values, float value, DeviceView<int> indices)
    {
        Lengths.AtLeast(values, indices.Length, nameof(values));
        executor.Items(
            new IndexWhereEqual<TFloats, TInts> { Values = TFloats.Of(values), Indices = TInts.Of(indices), Value = value },
            indices.Length,
            2);
    }

    public override void IndicesOfColumn(DeviceView<float> values, int width, int column, DeviceView<int> indices)
    {
        if (column < 0 || column >= width)
        {
            throw new ArgumentException($"There is no column {column} in values of {width} columns.", nameof(column));
        }

        Lengths.AtLeast(values, Lengths.Of(indices.Length, width), nameof(values));
        if (indices.Length > 0)
        {
            executor.Items(
                new IndexOfValue<TFloats, TInts>
                {
                    Values = TFloats.Of(values.Slice(column, values.Length - column)),
                    Indices = TInts.Of(indices),
                    Stride = width,
                },
                indices.Length,
                2);
        }
    }

    public override void Forward(DeviceView<float> table, DeviceView<int> indices, DeviceView<float> output, int rows, int width)
    {
        Check(table, indices, output, rows, width);
        executor.Rows(
            new EmbeddingForward<TFloats, TInts>
            {
                Table = TFloats.Of(table),
                Output = TFloats.Of(output),
                Indices = TInts.Of(indices),
                Rows = rows,
                Width = width,
            },
            indices.Length,
            2 * width,
            Aligned.To4(width, table, output));
    }

    public override void Backward(
        DeviceView<int> indices, DeviceView<float> outputGradient, DeviceView<float> tableGradient, int rows, int width)
    {
        Check(tableGradient, indices, outputGradient, rows, width);
        int parts = (indices.Length + PartCount - 1) / PartCount, length = rows * width;
        if (parts == 0)
        {
            return;
        }

        using DeviceBuffer<float> partial = executor.Device.Allocate<float>(parts == 1 ? 0 : parts * length);
        DeviceView<float> sums = parts == 1 ? tableGradient : partial.View;
        executor.Rows(
            new EmbeddingBackward<TFloats, TInts>
            {
                OutputGradient = TFloats.Of(outputGradient),
                Sums = TFloats.Of(sums),
                Indices = TInts.Of(indices),
                Rows = rows,
                Width = width,
                Count = indices.Length,
                PartCount = PartCount,
                Accumulate = parts == 1 ? 1 : 0,
            },
            parts * rows,
            PartCount + (PartCount / Math.Max(1, rows) * width),
            Aligned.To4(width, outputGradient, sums));
        if (parts > 1)
        {
            executor.Elements(
                new AddParts<TFloats>
                {
                    Parts = TFloats.Of(sums),
                    Total = TFloats.Of(tableGradient),
                    Count = parts,
                    Length = length,
                },
                length,
                Aligned.To4(length, sums, tableGradient));
        }
    }

    private static void Check(DeviceView<float> table, DeviceView<int> indices, DeviceView<float> output, int rows, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Lengths.AtLeast(table, checked(rows * width), nameof(table));
        Lengths.AtLeast(output, checked(indices.Length * width), nameof(output));
    }
}
