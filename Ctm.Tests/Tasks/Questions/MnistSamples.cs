using System.Buffers.Binary;

namespace Ctm.Tests.Tasks.Questions;

/// <summary>MNIST's four files with digits that are easy to tell apart: a bright square, elsewhere for each class.</summary>
internal static class MnistSamples
{
    private const int Side = 28;

    public static void Write(string folder, int train, int test)
    {
        foreach ((string prefix, int count) in new[] { ("train", train), ("t10k", test) })
        {
            byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))];
            byte[] pixels = [.. labels.SelectMany((label, i) => Enumerable.Range(0, Side * Side).Select(p => Pixel(label, p, i)))];
            File.WriteAllBytes(Path.Combine(folder, prefix + "-images-idx3-ubyte"), [.. Header(count, Side, Side), .. pixels]);
            File.WriteAllBytes(Path.Combine(folder, prefix + "-labels-idx1-ubyte"), [.. Header(count), .. labels]);
        }
    }

    // A faint pattern differs from picture to picture.
    private static byte Pixel(int label, int place, int picture)
    {
        int x = place % Side, y = place / Side;
        return (byte)((x / 9 == label % 3 && y / 7 == label / 3 ? 180 : 0) + (((place * 7) + (picture * 13)) % 50));
    }

    private static byte[] Header(params int[] sizes)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        header[2] = 8;
        header[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        }

        return header;
    }
}
