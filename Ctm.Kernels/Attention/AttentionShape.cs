namespace Ctm.Kernels.Attention;

/// <summary>The sizes of one attention.</summary>
/// <param name="Batch">Samples.</param>
/// <param name="Tokens">Tokens that each query looks at, 1 or more.</param>
/// <param name="Heads">Number of heads, 1 or more.</param>
/// <param name="Width">Columns of query, key, value and output (d_input), a multiple of the heads.</param>
public readonly record struct AttentionShape(int Batch, int Tokens, int Heads, int Width)
{
    /// <summary>Queries of a sample, which look at the same tokens; 1 unless set.</summary>
    public int Queries { get; init; } = 1;

    /// <summary>Columns of one head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Floats of the queries, and of the output: Batch * Queries * Width.</summary>
    public int QueryLength => Batch * Queries * Width;

    /// <summary>Attention weights: Batch * Queries * Heads * Tokens.</summary>
    public int WeightLength => Batch * Queries * Heads * Tokens;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(Tokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Queries);
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

        if ((double)Batch * Queries * Math.Max(Width, (double)Heads * Tokens) > int.MaxValue)
        {
            throw new ArgumentException(
                $"{Queries} queries to {Tokens} tokens in {Heads} heads make over 2^31 floats in {Batch} samples: take a smaller batch.");
        }
    }
}
