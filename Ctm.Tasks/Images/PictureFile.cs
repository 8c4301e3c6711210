using SkiaSharp;

namespace Ctm.Tasks.Images;

/// <summary>Pictures in PNG and JPEG files. Colours are taken as they are stored, transparency and orientation tags are left out.</summary>
internal static class PictureFile
{
    private const long MostPixels = 100_000_000;

    // What PNG's deflate reaches at most, with a bit a pixel; JPEG stays far below.
    private const long MostPixelsPerByte = 8 * 1032;

    /// <summary>Endings of the names of files that can be read.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".jpeg", ".jpg", ".png"];

    /// <summary>Reads a picture with three channels.</summary>
    /// <exception cref="InvalidDataException">When it is no picture, or cut off; names the file.</exception>
    public static Picture Read(string path)
    {
        using var data = SKData.CreateCopy(File.ReadAllBytes(path));
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
        {
            throw new InvalidDataException($"{path}: not a PNG or JPEG picture");
        }

        int width = codec.Info.Width, height = codec.Info.Height;
        if ((long)width * height > Math.Min(MostPixels, data.Size * MostPixelsPerByte))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"{path}: {data.Size} bytes tell of {width} x {height} pixels: the picture is damaged, or too large"));
        }

        // No colour space: numbers as stored.
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var wide = new byte[info.BytesSize];
        SKCodecResult result;
        unsafe
        {
            fixed (byte* target = wide)
            {
                result = codec.GetPixels(info, (nint)target);
            }
        }

        if (result != SKCodecResult.Success)
        {
            throw new InvalidDataException($"{path}: the picture is cut off or damaged");
        }

        var pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            wide.AsSpan(4 * i, 3).CopyTo(pixels.AsSpan(3 * i));
        }

        return new Picture(height, width, 3, pixels);
    }
}
