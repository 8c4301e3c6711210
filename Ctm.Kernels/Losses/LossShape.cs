namespace Ctm.Kernels.Losses;

/// <summary>The sizes of the logits of all ticks, [ticks, batch, positions, classes].</summary>
/// <param name="Ticks">Internal ticks, 1 or more.</param>
/// <param name="Batch">Samples.</param>
/// <param name="Positions">Predictions of a sample: 1 for a class, the steps of a maze's route, the bits of a parity sequence.</param>
/// <param name="Classes">Classes of each prediction, 1 or more.</param>
public readonly record struct LossShape(int Ticks, int Batch, int Positions, int Classes)
{
    /// <summary>Number of predictions, ticks * batch * positions.</summary>
    public int Predictions => Ticks * Batch * Positions;

    /// <summary>Number of logits.</summary>
    public int Logits => Predictions * Classes;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Ticks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(Positions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Classes, 1);
        if ((double)Ticks * Batch * Positions * Classes > int.MaxValue)
        {
            throw new ArgumentException($"{Ticks} x {Batch} x {Positions} x {Classes} logits are over 2^31: take a smaller batch.");
        }
    }
}
