namespace Ctm.Tasks.Images;

/// <summary>
/// Resizes pictures with a triangle filter whose width grows with the reduction, in two passes with bytes between them: the bilinear,
/// antialiased resize of the imaging library that the published preparation uses (Pillow).
/// </summary>
internal static class ImageResize
{
    /// <summary>Resizes so that the shorter side has a length.</summary>
    public static Picture ToShortSide(Picture picture, int side)
    {
        (int height, int width) = picture.Height <= picture.Width
            ? (side, (int)((long)side * picture.Width / picture.Height))
            : ((int)((long)side * picture.Height / picture.Width), side);
        return To(picture, height, width);
    }

    /// <summary>Resizes to a size.</summary>
    public static Picture To(Picture picture, int height, int width)
    {
        Picture wide = picture.Width == width ? picture : Pass(picture, width, isAcross: true);
        return wide.Height == height ? wide : Pass(wide, height, isAcross: false);
    }

    private static Picture Pass(Picture picture, int length, bool isAcross)
    {
        int channels = picture.Channels, lines = isAcross ? picture.Height : picture.Width;
        int before = isAcross ? picture.Width : picture.Height, pixel = isAcross ? channels : picture.Width * channels;
        (int height, int width) = isAcross ? (picture.Height, length) : (length, picture.Width);
        var resized = new byte[height * width * channels];
        for (int i = 0; i < length; i++)
        {
            (int first, double[] weights) = Weights(i, before, length);
            for (int line = 0; line < lines; line++)
            {
                int source = (isAcross ? line * picture.Width * channels : line * channels) + (first * pixel);
                int target = isAcross ? ((line * width) + i) * channels : ((i * width) + line) * channels;
                for (int c = 0; c < channels; c++)
                {
                    double sum = 0;
                    for (int k = 0; k < weights.Length; k++)
                    {
                        sum += weights[k] * picture.Pixels[source + (k * pixel) + c];
                    }

                    resized[target + c] = (byte)Math.Clamp((int)(sum + 0.5), 0, 255);
                }
            }
        }

        return new Picture(height, width, channels, resized);
    }

    /// <summary>Which pixels make a new one, and with which weights.</summary>
    private static (int First, double[] Weights) Weights(int index, int before, int after)
    {
        double scale = (double)before / after, reach = Math.Max(scale, 1), center = (index + 0.5) * scale;
        int first = Math.Max(0, (int)(center - reach + 0.5)), end = Math.Min(before, (int)(center + reach + 0.5));
        double[] weights =
        [
            .. Enumerable.Range(first, end - first).Select(i => Math.Max(0, 1 - Math.Abs((i + 0.5 - center) / reach))),
        ];
        double sum = weights.Sum();
        return (first, [.. weights.Select(w => w / sum)]);
    }
}
