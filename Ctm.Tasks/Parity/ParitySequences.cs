namespace Ctm.Tasks.Parity;

/// <summary>
/// Sequences of -1 and 1, each value as likely as the other, with the parity of the number of -1 up to every place
/// (data/custom_datasets.py, ParityDataset). An eighth of all sequences, told by a hash, is never in a training stream.
/// </summary>
public static class ParitySequences
{
    /// <summary>The shortest and the longest sequences.</summary>
    public const int Shortest = 4, Longest = 64;

    /// <summary>How likely a value is -1 in the published task.</summary>
    internal const double EvenShare = 0.5;

    private const ulong TestShare = 8, Salt = 0x706172697479, TestStream = 0x74657374;

    /// <summary>Draws one sequence; the same position of a seed is always the same sequence.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="isTraining">A training sequence, or an unseen one.</param>
    /// <param name="position">Number of the sequence, from 0.</param>
    /// <param name="values">Receives the values; its length is that of the sequence.</param>
    /// <param name="targets">Receives 1 where the number of -1 up to a place is odd, else 0.</param>
    /// <param name="share">How likely a value is -1, above 0.</param>
    public static void Read(
        ulong seed, bool isTraining, long position, Span<float> values, Span<int> targets, double share = EvenShare)
    {
        var random = new SampleRandom(isTraining ? seed : seed ^ TestStream, (ulong)position);
        ulong bits;

        // Where both values are alike one draw is the whole sequence.
        do
        {
            bits = share == EvenShare ? random.Next() >> (Longest - values.Length) : Draw(ref random, values.Length, share);
        }
        while (IsUnseen(bits, values.Length) == isTraining);
        int odd = 0;
        for (int i = 0; i < values.Length; i++)
        {
            int bit = (int)((bits >> i) & 1);
            odd ^= bit;
            values[i] = bit == 1 ? -1f : 1f;
            targets[i] = odd;
        }
    }

    /// <summary>Whether a sequence is kept from training.</summary>
    /// <param name="bits">Bit i is 1 where value i is -1.</param>
    /// <param name="length">Length of the sequence.</param>
    public static bool IsUnseen(ulong bits, int length) => SampleRandom.Mix(bits ^ SampleRandom.Mix(Salt + (ulong)length)) % TestShare == 0;

    private static ulong Draw(ref SampleRandom random, int length, double share)
    {
        ulong bits = 0;
        for (int i = 0; i < length; i++)
        {
            bits |= random.Uniform() < share ? 1UL << i : 0;
        }

        return bits;
    }
}
