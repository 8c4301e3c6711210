using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Reductions;

/// <summary>Launches sums over the rows of a matrix.</summary>
internal static class ColumnReducer
{
    /// <summary>Sums a term over all rows: one launch for few rows, else a second one that adds the chunks' sums.</summary>
    /// <param name="executor">Where it runs.</param>
    /// <param name="term">What is summed.</param>
    /// <param name="rows">Rows; 0 gives sums of 0.</param>
    /// <param name="width">Columns.</param>
    /// <param name="first">Receives the first sum, shape [width].</param>
    /// <param name="second">Receives the second sum, shape [width], where the term has one.</param>
    /// <param name="accumulate">Adds to the targets instead of assigning.</param>
    /// <param name="aligned">Whether a device may read the term's rows, and write the targets, as vectors.</param>
    /// <param name="cost">Floats moved or computed for one element, relative to a copy.</param>
    public static void Sum<TFloats, TInts, TTerm>(
        Executor<TFloats, TInts> executor,
        TTerm term,
        int rows,
        int width,
        DeviceView<float> first,
        DeviceView<float> second,
        bool accumulate,
        bool aligned,
        int cost)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
        where TTerm : struct, IColumnTerm<TTerm>
    {
        if (width == 0)
        {
            return;
        }

        var chunks = new ColumnChunks(rows, width);
        if (chunks.Count == 1)
        {
            Chunks(executor, term, chunks, rows, width, first, second, accumulate, aligned, cost);
            return;
        }

        int part = chunks.Count * width;
        using DeviceBuffer<float> scratch = executor.Device.Allocate<float>(TTerm.HasSecond ? 2 * part : part);
        DeviceView<float> firstPart = scratch.Slice(0, part), secondPart = TTerm.HasSecond ? scratch.Slice(part, part) : default;
        Chunks(executor, term, chunks, rows, width, firstPart, secondPart, false, aligned, cost);
        executor.Rows(
            new PartialSums<TFloats>
            {
                First = TFloats.Of(firstPart),
                Second = TFloats.Of(secondPart),
                FirstTarget = TFloats.Of(first),
                SecondTarget = TFloats.Of(second),
                Chunks = chunks.Count,
                Width = width,
                HasSecond = TTerm.HasSecond ? 1 : 0,
                Accumulate = accumulate ? 1 : 0,
            },
            chunks.Blocks,
            2 * chunks.Count * Math.Min(width, ColumnChunks.BlockColumns),
            aligned);
    }

    /// <summary>Sums a term over each chunk's rows.</summary>
    /// <inheritdoc cref="Sum"/>
    public static void Chunks<TFloats, TInts, TTerm>(
        Executor<TFloats, TInts> executor,
        TTerm term,
        in ColumnChunks chunks,
        int rows,
        int width,
        DeviceView<float> first,
        DeviceView<float> second,
        bool accumulate,
        bool aligned,
        int cost)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
        where TTerm : struct, IColumnTerm<TTerm> => executor.Rows(
        new ColumnSums<TFloats, TTerm>
        {
            Term = term,
            First = TFloats.Of(first),
            Second = TFloats.Of(second),
            Rows = rows,
            Width = width,
            RowsPerChunk = chunks.RowsPerChunk,
            Blocks = chunks.Blocks,
            Accumulate = accumulate ? 1 : 0,
        },
        chunks.Items,
        cost * chunks.Work,
        aligned);
}
