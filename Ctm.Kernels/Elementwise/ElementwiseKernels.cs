using Ctm.Kernels.Devices;
using Ctm.Kernels.Reductions;

namespace Ctm.Kernels.Elementwise;

/// <summary>
/// Simple operations on flat arrays and row-major matrices. Flat operations take the length of the view that they write; the others
/// must hold at least as many elements. A view may be read and written at the same place, but must not overlap otherwise. All throw
/// <see cref="ArgumentException"/> when a view is too short.
/// </summary>
public abstract class ElementwiseKernels
{
    /// <summary>Elements that the scratch view of <see cref="SumOfSquares"/> must hold.</summary>
    public const int SumScratchLength = 1024;

    private protected ElementwiseKernels()
    {
    }

    /// <summary>view = value.</summary>
    public abstract void Fill(DeviceView<float> view, float value);

    /// <summary>target = source.</summary>
    public abstract void Copy(DeviceView<float> source, DeviceView<float> target);

    /// <summary>output = left + right.</summary>
    public abstract void Add(DeviceView<float> left, DeviceView<float> right, DeviceView<float> output);

    /// <summary>output = left * right.</summary>
    public abstract void Multiply(DeviceView<float> left, DeviceView<float> right, DeviceView<float> output);

    /// <summary>target += scale * source.</summary>
    public abstract void Accumulate(DeviceView<float> source, float scale, DeviceView<float> target);

    /// <summary>view *= factor.</summary>
    public abstract void Scale(DeviceView<float> view, float factor);

    /// <summary>
    /// target = source, rounded to half precision (IEEE 754 binary16), of two halves as near to the even one; from 65520 on infinite.
    /// </summary>
    public abstract void RoundToHalf(DeviceView<float> source, DeviceView<float> target);

    /// <summary>
    /// Copies, or adds, columns of one matrix to columns of another: concatenation, slices, and the gradients of both.
    /// </summary>
    /// <param name="source">Shape [rows, sourceWidth].</param>
    /// <param name="sourceWidth">Columns of the source.</param>
    /// <param name="sourceColumn">First column to read.</param>
    /// <param name="target">Shape [rows, targetWidth]; its other columns stay as they are.</param>
    /// <param name="targetWidth">Columns of the target.</param>
    /// <param name="targetColumn">First column to write.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns to copy.</param>
    /// <param name="accumulate">Adds to the target instead of assigning.</param>
    public abstract void CopyColumns(
        DeviceView<float> source,
        int sourceWidth,
        int sourceColumn,
        DeviceView<float> target,
        int targetWidth,
        int targetColumn,
        int rows,
        int columns,
        bool accumulate);

    /// <summary>Every row of the target becomes the source.</summary>
    /// <param name="source">Shape [width].</param>
    /// <param name="target">Shape [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    public abstract void BroadcastRows(DeviceView<float> source, DeviceView<float> target, int rows, int width);

    /// <summary>output[r] = (1 - weights[r]) rows[r] + weights[r] other, as for states that start anew where an episode has ended.</summary>
    /// <param name="rows">Shape [count, width].</param>
    /// <param name="other">Shape [width].</param>
    /// <param name="weights">Shape [count].</param>
    /// <param name="output">Shape [count, width].</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    public abstract void BlendRows(
        DeviceView<float> rows, DeviceView<float> other, DeviceView<float> weights, DeviceView<float> output, int count, int width);

    /// <summary>The gradients of <see cref="BlendRows"/> by the rows and by the other row; the weights have none.</summary>
    /// <param name="outputGradient">Shape [count, width].</param>
    /// <param name="weights">Shape [count].</param>
    /// <param name="rowsGradient">Shape [count, width], assigned or added to; absent where not wanted.</param>
    /// <param name="otherGradient">Shape [width]; added to. Rows are summed in chunks that depend on the shape alone.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="accumulate">Adds to <paramref name="rowsGradient"/> instead of assigning.</param>
    public abstract void BlendRowsBackward(
        DeviceView<float> outputGradient,
        DeviceView<float> weights,
        DeviceView<float> rowsGradient,
        DeviceView<float> otherGradient,
        int count,
        int width,
        bool accumulate);

    /// <summary>
    /// The sum of all rows, as for the gradient of a bias. Rows are summed in chunks that depend on the shape alone.
    /// </summary>
    /// <param name="source">Shape [rows, width].</param>
    /// <param name="target">Shape [width].</param>
    /// <param name="rows">Number of rows; 0 gives 0.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="accumulate">Adds to the target instead of assigning.</param>
    public abstract void SumRows(DeviceView<float> source, DeviceView<float> target, int rows, int width, bool accumulate);

    /// <summary>result = the sum of all elements, in a fixed order.</summary>
    /// <param name="view">Any length; 0 gives 0.</param>
    /// <param name="result">Shape [1].</param>
    public abstract void Sum(DeviceView<float> view, DeviceView<float> result);

    /// <summary>result = the sum of the squares of all elements, in a fixed order.</summary>
    /// <param name="view">Any length; 0 gives 0.</param>
    /// <param name="scratch">Room for <see cref="SumScratchLength"/> elements; left undefined.</param>
    /// <param name="result">Shape [1].</param>
    public abstract void SumOfSquares(DeviceView<float> view, DeviceView<float> scratch, DeviceView<float> result);

    /// <summary>
    /// result[s] = the sum of the squares of elements segmentStarts[s] to segmentStarts[s + 1] (exclusive), in a fixed order: the
    /// squared norm of each parameter of an arena. Long and short segments share the work evenly.
    /// </summary>
    /// <param name="view">The array.</param>
    /// <param name="segmentStarts">Shape [segments + 1], ascending, from 0 to the length of the view at most; not checked.</param>
    /// <param name="result">Shape [segments]; an empty segment gives 0.</param>
    public abstract void SumOfSquaresSegments(DeviceView<float> view, DeviceView<int> segmentStarts, DeviceView<float> result);

    /// <summary>target = the transpose of the source.</summary>
    /// <param name="source">Shape [rows, columns].</param>
    /// <param name="target">Shape [columns, rows].</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    public abstract void Transpose2D(DeviceView<float> source, DeviceView<float> target, int rows, int columns);

    /// <summary>Moves channels from before the pixels to behind them.</summary>
    /// <param name="source">Shape [batch, channels, pixels].</param>
    /// <param name="target">Shape [batch, pixels, channels].</param>
    /// <param name="batch">Number of images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="pixels">Height times width.</param>
    public abstract void NchwToNhwc(DeviceView<float> source, DeviceView<float> target, int batch, int channels, int pixels);

    /// <summary>Moves channels from behind the pixels to before them.</summary>
    /// <param name="source">Shape [batch, pixels, channels].</param>
    /// <param name="target">Shape [batch, channels, pixels].</param>
    /// <param name="batch">Number of images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="pixels">Height times width.</param>
    public abstract void NhwcToNchw(DeviceView<float> source, DeviceView<float> target, int batch, int channels, int pixels);

    /// <summary>Bytes that an operation on <paramref name="length"/> elements moves through main memory.</summary>
    /// <param name="length">Elements written.</param>
    /// <param name="reads">Arrays read: 0 for Fill, 1 for Copy and Scale, 2 for Add, Multiply and Accumulate.</param>
    public static double Bytes(int length, int reads) => 4.0 * length * (reads + 1);

    /// <summary>Launches of <see cref="SumRows"/>: beyond some rows it sums chunks of them first.</summary>
    public static int SumRowsLaunches(int rows) => rows <= ColumnChunks.RowsAtOnce ? 1 : 2;
}
