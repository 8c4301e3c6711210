namespace Ctm.Kernels.Ctc;

/// <summary>Sizes of connectionist temporal classification.</summary>
/// <param name="Ticks">Ticks T, 1 or more.</param>
/// <param name="Batch">Samples B, 0 or more.</param>
/// <param name="Classes">Classes K of each prediction, the blank included, 1 or more.</param>
/// <param name="TargetLength">Labels S of the longest target, 0 or more.</param>
public readonly record struct CtcShape(int Ticks, int Batch, int Classes, int TargetLength)
{
    /// <summary>The class that stands for no label: the last one.</summary>
    public int Blank => Classes - 1;

    /// <summary>Number of logits.</summary>
    public int Logits => Ticks * Batch * Classes;

    /// <summary>Number of target labels, S of every sample.</summary>
    public int Labels => Batch * TargetLength;

    /// <summary>Floats of workspace that the kernels need.</summary>
    public int WorkspaceLength => Batch * SampleLength;

    /// <summary>States of a path through a target: its labels with a blank before, between and after them.</summary>
    internal int States => (2 * TargetLength) + 1;

    /// <summary>Floats of one row of states: two guards on either side.</summary>
    internal int RowLength => States + (2 * CtcRows.Guards);

    /// <summary>Floats of workspace of one sample.</summary>
    internal int SampleLength => ((2 * Ticks) + CtcRows.OtherRows) * RowLength;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Ticks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(Classes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TargetLength);
        double rows = (2.0 * Ticks) + CtcRows.OtherRows, row = (2.0 * TargetLength) + 1 + (2 * CtcRows.Guards);
        if ((double)Ticks * Batch * Classes > int.MaxValue || Batch * rows * row > int.MaxValue)
        {
            throw new ArgumentException(
                $"{Ticks} ticks x {Batch} samples with {Classes} classes and {TargetLength} labels need over 2^31 floats: take a smaller batch.");
        }
    }
}
