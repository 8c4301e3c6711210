namespace Ctm.Tests.Fuzzing;

/// <summary>Damages that know nothing of a file's form.</summary>
internal static class ByteMutations
{
    /// <summary>Flips, overwrites, removes or repeats a few bytes, or cuts the file off.</summary>
    public static void Apply(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        int at = random.Next(bytes.Count);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, random.Next(1, Math.Min(9, bytes.Count - at + 1)));
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                break;
            case 4:
                byte extreme = random.Next(2) == 0 ? (byte)0 : (byte)0xFF;
                for (int i = at; i < Math.Min(bytes.Count, at + 8); i++)
                {
                    bytes[i] = extreme;
                }

                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    /// <summary>A copy of a file with one to three such damages.</summary>
    public static byte[] Of(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            Apply(bytes, random);
        }

        return [.. bytes];
    }
}
