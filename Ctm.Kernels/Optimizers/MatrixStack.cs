namespace Ctm.Kernels.Optimizers;

/// <summary>Matrices of one shape that lie one behind another, row-major, as those of a gated layer's weight do.</summary>
/// <param name="Count">Number of matrices.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Columns">Columns of each.</param>
public readonly record struct MatrixStack(int Count, int Rows, int Columns)
{
    /// <summary>Rows or columns of each, whichever are fewer: the rank that a matrix can have.</summary>
    public int Side => Math.Min(Rows, Columns);

    /// <summary>Floats of one matrix.</summary>
    public int MatrixLength => checked(Rows * Columns);

    /// <summary>Floats of all.</summary>
    public int Length => checked(Count * MatrixLength);

    /// <summary>Floats of scratch that <see cref="OptimizerKernels.Orthogonalize"/> needs: the matrices once more, two products and the norms of rows.</summary>
    public int ScratchLength => checked(Length + (Count * ((2 * Side * Side) + Rows)));

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(Rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Columns, 1);
    }
}
