using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Embedding;

/// <summary>Rows of a table chosen by number, as PyTorch's Embedding.</summary>
public abstract class EmbeddingKernels
{
    /// <summary>Values from here on are not taken for row numbers: floats no longer tell integers apart.</summary>
    internal const float IndexLimit = 16777216f;

    private protected EmbeddingKernels()
    {
    }

    /// <summary>indices[i] = 1 where values[i] equals <paramref name="value"/>, else 0 (NaN included).</summary>
    /// <param name="values">As many values as there are indices, or more.</param>
    /// <param name="value">What is looked for.</param>
    /// <param name="indices">Shape [count]; assigned.</param>
    /// <exception cref="ArgumentException">When there are fewer values than indices.</exception>
    public abstract void IndicesWhereEqual(DeviceView<float> values, float value, DeviceView<int> indices);

    /// <summary>
    /// indices[i] = values[i, column], cut to an integer towards 0. What is no row number (-1 and below, 2^24 and above, NaN) gives -1.
    /// </summary>
    /// <param name="values">Shape [count, width].</param>
    /// <param name="width">Columns of the values.</param>
    /// <param name="column">The column, from 0.</param>
    /// <param name="indices">Shape [count]; assigned.</param>
    /// <exception cref="ArgumentException">When there are fewer values than indices, or the column is not among the columns.</exception>
    public abstract void IndicesOfColumn(DeviceView<float> values, int width, int column, DeviceView<int> indices);

    /// <summary>output[i] = table[indices[i]]. An index outside the table gives a row of NaN.</summary>
    /// <param name="table">Shape [rows, width].</param>
    /// <param name="indices">Row numbers from 0, shape [count]; count is its length.</param>
    /// <param name="output">Shape [count, width]; assigned.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="width">Width of a row, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Forward(DeviceView<float> table, DeviceView<int> indices, DeviceView<float> output, int rows, int width);

    /// <summary>
    /// tableGradient[indices[i]] += outputGradient[i], summed in ascending order of i within parts of fixed length, then over
    /// the parts. An index outside the table adds nothing. Each row of the table looks at every index: meant for small tables.
    /// </summary>
    /// <param name="indices">Row numbers from 0, shape [count]; count is its length.</param>
    /// <param name="outputGradient">Shape [count, width].</param>
    /// <param name="tableGradient">Shape [rows, width]; accumulates.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="width">Width of a row, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Backward(
        DeviceView<int> indices, DeviceView<float> outputGradient, DeviceView<float> tableGradient, int rows, int width);

    /// <summary>Bytes that the forward pass must move at least: the indices, the rows read and the rows written.</summary>
    /// <param name="count">Number of indices.</param>
    /// <param name="width">Width of a row.</param>
    public static double Bytes(int count, int width) => 4.0 * count * (1 + (2.0 * width));
}
