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
}
