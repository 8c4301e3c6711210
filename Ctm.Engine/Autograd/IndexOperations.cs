using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>Row numbers for <see cref="Modules.Embedding"/>, from the host or from features. No gradient flows into features.</summary>
public static class IndexOperations
{
    /// <summary>Integers of the host.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="values">The integers.</param>
    /// <returns>Shape [values].</returns>
    public static DeviceView<int> Indices(this Tape tape, ReadOnlySpan<int> values)
    {
        DeviceView<int> indices = tape.NewIndices(values.Length);
        indices.CopyFrom(values);
        return indices;
    }

    /// <summary>1 where a feature equals a value, else 0.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="features">Any shape.</param>
    /// <param name="value">What is looked for.</param>
    /// <returns>Shape [features], row-major.</returns>
    public static DeviceView<int> IndicesWhereEqual(this Tape tape, Tensor features, float value)
    {
        DeviceView<int> indices = tape.NewIndices(features.Length);
        tape.Device.Embedding.IndicesWhereEqual(features.Data, value, indices);
        return indices;
    }

    /// <summary>A column of features, cut to integers towards 0; -1 for what is no row number.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="features">Shape [rows, columns].</param>
    /// <param name="column">The column, from 0.</param>
    /// <returns>Shape [rows].</returns>
    /// <exception cref="ArgumentException">When there is no such column.</exception>
    public static DeviceView<int> IndicesOfColumn(this Tape tape, Tensor features, int column)
    {
        DeviceView<int> indices = tape.NewIndices(features.Rows);
        tape.Device.Embedding.IndicesOfColumn(features.Data, features.Columns, column, indices);
        return indices;
    }
}
