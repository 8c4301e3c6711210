namespace Ctm.Kernels.Attention;

/// <summary>The sizes of one attention.</summary>
/// <param name="Batch">Samples.</param>
/// <param name="Tokens">Tokens that each query looks at, 1 or more.</param>
/// <param name="Heads">Number of heads, 1 or more.</param>
/// <param name="Width">Columns of query, key, value and output (d_input), a multiple of the heads.</param>
public readonly record struct AttentionShape(int Batch, int Tokens, int Heads, int Width)
{
    /// <summary>Columns of one head.</summary>
    public int HeadWidth => Width / Heads;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(Tokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        if (Width < Heads || Width % Heads != 0)
        {
            throw new ArgumentException($"The attention width {Width} is no positive multiple of {Heads} heads.");
        }

        if (2L * Batch * Tokens * Width > int.MaxValue)
        {
            throw new ArgumentException(
                $"Keys and values of {Batch} samples, {Tokens} tokens and width {Width} hold over 2^31 floats: take a smaller batch.");
        }
    }
}
