using System.Buffers.Binary;
using Ctm.Tasks.Images;
using SkiaSharp;

namespace Ctm.Tests.Tasks.Images;

/// <summary>Pictures for tests.</summary>
internal static class ImageSamples
{
    /// <summary>A picture of random bytes.</summary>
    public static Picture Random(int height, int width, int channels, int seed)
    {
        var pixels = new byte[height * width * channels];
        new Random(seed).NextBytes(pixels);
        return new Picture(height, width, channels, pixels);
    }

    /// <summary>A picture of one colour.</summary>
    public static Picture Plain(int height, int width, byte red, byte green, byte blue) =>
        new(height, width, 3, [.. Enumerable.Range(0, height * width).SelectMany(_ => new[] { red, green, blue })]);

    /// <summary>The bytes of a file.</summary>
    public static byte[] Encode(Picture picture, SKEncodedImageFormat format)
    {
        byte[] wide = [.. picture.Pixels.Chunk(3).SelectMany(p => new byte[] { p[0], p[1], p[2], 255 })];
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var image = SKImage.FromPixelCopy(info, wide);
        using SKData data = image.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>
    /// A folder of pictures in the usual layout: as many PNG and JPEG pictures a class as asked for, red ones, green ones and blue ones.
    /// </summary>
    public static void WriteFolder(string folder, int train, int test, int size = 24)
    {
        var random = new Random(5);
        foreach ((string split, int count) in new[] { ("train", train), ("val", test) })
        {
            foreach ((string name, int channel) in new[] { ("berry", 0), ("leaf", 1), ("sky", 2) })
            {
                string path = Path.Combine(folder, split, name);
                Directory.CreateDirectory(path);
                for (int i = 0; i < count; i++)
                {
                    Picture noise = Random(size + (i % 3), size, 3, random.Next());
                    byte[] pixels = [.. noise.Pixels.Select((v, k) => (byte)((v / 3) + (k % 3 == channel ? 120 : 0)))];
                    bool isPng = i % 2 == 0;
                    File.WriteAllBytes(
                        Path.Combine(path, $"{i}.{(isPng ? "png" : "JPG")}"),
                        Encode(noise with { Pixels = pixels }, isPng ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg));
                }
            }
        }
    }

    /// <summary>MNIST's four files with digits that are easy to tell apart: a bright square, elsewhere for each class.</summary>
    public static void WriteMnist(string folder, int train, int test)
    {
        Directory.CreateDirectory(folder);
        foreach ((string prefix, int count) in new[] { ("train", train), ("t10k", test) })
        {
            byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))];
            byte[] pixels = Random(28 * count, 28, 1, count).Pixels;
            for (int i = 0; i < pixels.Length; i++)
            {
                int place = i % (28 * 28), digit = labels[i / (28 * 28)], x = place % 28, y = place / 28;
                bool isBright = x / 9 == digit % 3 && y / 7 == digit / 3;
                pixels[i] = (byte)((pixels[i] / 4) + (isBright ? 180 : 0));
            }

            File.WriteAllBytes(Path.Combine(folder, prefix + "-images-idx3-ubyte"), Idx([count, 28, 28], pixels));
            File.WriteAllBytes(Path.Combine(folder, prefix + "-labels-idx1-ubyte"), Idx([count], labels));
        }
    }

    /// <summary>CIFAR-10's six files with pictures that are easy to tell apart: one colour for each class, and noise.</summary>
    public static void WriteCifar(string folder, int trainOfEachFile, int test)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in CifarFiles.TrainFiles.Append(CifarFiles.TestFile))
        {
            int count = name == CifarFiles.TestFile ? test : trainOfEachFile;
            byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))];
            byte[] pixels = Random(32 * count, 32, 3, name.Length + count + name[^5]).Pixels;
            for (int i = 0; i < pixels.Length; i++)
            {
                int label = labels[i / 3072], level = (i % 3) switch { 0 => label % 3, 1 => label / 3 % 3, _ => label / 9 };
                pixels[i] = (byte)((pixels[i] / 4) + (80 * level));
            }

            File.WriteAllBytes(Path.Combine(folder, name), CifarFiles.Encode(pixels, labels));
        }
    }

    /// <summary>A file of the IDX format.</summary>
    public static byte[] Idx(int[] sizes, byte[] values)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        header[2] = 8;
        header[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        }

        return [.. header, .. values];
    }
}
