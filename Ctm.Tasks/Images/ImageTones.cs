namespace Ctm.Tasks.Images;

/// <summary>
/// Changes the values of pixels as the imaging library of the published augmentation does (Pillow's ImageEnhance and ImageOps): blends
/// cut fractions off, tables work on each channel by itself.
/// </summary>
internal static class ImageTones
{
    /// <summary>Brighter or darker: a blend with black; 1 changes nothing.</summary>
    public static Picture Brightness(Picture picture, double factor) => Blend(picture, new byte[picture.Pixels.Length], factor);

    /// <summary>More or less colour: a blend with the greys.</summary>
    public static Picture Color(Picture picture, double factor)
    {
        byte[] grey = Luma(picture), spread = new byte[picture.Pixels.Length];
        for (int i = 0; i < spread.Length; i++)
        {
            spread[i] = grey[i / picture.Channels];
        }

        return Blend(picture, spread, factor);
    }

    /// <summary>More or less contrast: a blend with the mean grey.</summary>
    public static Picture Contrast(Picture picture, double factor)
    {
        byte[] grey = Luma(picture), flat = new byte[picture.Pixels.Length];
        Array.Fill(flat, (byte)(grey.Average(g => g) + 0.5));
        return Blend(picture, flat, factor);
    }

    /// <summary>Sharper or softer: a blend with a smoothed picture, whose edges are as they were.</summary>
    public static Picture Sharpness(Picture picture, double factor)
    {
        byte[] old = picture.Pixels, smooth = (byte[])old.Clone();
        int pixel = picture.Channels, row = picture.Width * pixel;
        for (int y = 1; y < picture.Height - 1; y++)
        {
            for (int i = (y * row) + pixel; i < ((y + 1) * row) - pixel; i++)
            {
                int above = i - row, below = i + row;
                int sum = old[above - pixel] + old[above] + old[above + pixel] + old[i - pixel] + (5 * old[i]) + old[i + pixel]
                    + old[below - pixel] + old[below] + old[below + pixel];
                smooth[i] = (byte)((sum / 13.0) + 0.5);
            }
        }

        return Blend(picture, smooth, factor);
    }

    /// <summary>Keeps the highest bits of every value.</summary>
    public static Picture Posterize(Picture picture, int bits) => Map(picture, v => v & ~((1 << (8 - bits)) - 1));

    /// <summary>Inverts the values from a threshold on.</summary>
    public static Picture Solarize(Picture picture, double threshold) => Map(picture, v => v < threshold ? v : 255 - v);

    /// <summary>Inverts all values.</summary>
    public static Picture Invert(Picture picture) => Map(picture, v => 255 - v);

    /// <summary>Stretches each channel so that its lowest value becomes 0 and its highest 255.</summary>
    public static Picture AutoContrast(Picture picture) => MapChannels(picture, counts =>
    {
        int low = Array.FindIndex(counts, c => c > 0), high = Array.FindLastIndex(counts, c => c > 0);
        double scale = 255.0 / (high - low);
        return high <= low ? null : [.. Enumerable.Range(0, 256).Select(v => (int)((v * scale) - (low * scale)))];
    });

    /// <summary>Spreads each channel's values so that all are about as frequent.</summary>
    public static Picture Equalize(Picture picture) => MapChannels(picture, counts =>
    {
        int step = (counts.Sum() - counts.Last(c => c > 0)) / 255;
        if (step == 0)
        {
            return null;
        }

        var table = new int[256];
        for (int v = 0, sum = step / 2; v < 256; sum += counts[v], v++)
        {
            table[v] = sum / step;
        }

        return table;
    });

    private static Picture Blend(Picture picture, byte[] other, double factor)
    {
        var blended = new byte[picture.Pixels.Length];
        for (int i = 0; i < blended.Length; i++)
        {
            blended[i] = (byte)Math.Clamp(other[i] + (factor * (picture.Pixels[i] - other[i])), 0, 255);
        }

        return picture with { Pixels = blended };
    }

    private static Picture Map(Picture picture, Func<int, int> change)
    {
        byte[] table = [.. Enumerable.Range(0, 256).Select(v => (byte)change(v))];
        return picture with { Pixels = [.. picture.Pixels.Select(v => table[v])] };
    }

    /// <summary>Maps each channel by a table that is made of how often its values occur; none changes nothing.</summary>
    private static Picture MapChannels(Picture picture, Func<int[], int[]?> tableOf)
    {
        int channels = picture.Channels;
        var mapped = (byte[])picture.Pixels.Clone();
        for (int c = 0; c < channels; c++)
        {
            var counts = new int[256];
            for (int i = c; i < mapped.Length; i += channels)
            {
                counts[mapped[i]]++;
            }

            if (tableOf(counts) is { } table)
            {
                for (int i = c; i < mapped.Length; i += channels)
                {
                    mapped[i] = (byte)Math.Clamp(table[mapped[i]], 0, 255);
                }
            }
        }

        return picture with { Pixels = mapped };
    }

    /// <summary>The greys of the pixels: 0.299 red + 0.587 green + 0.114 blue, in 16-bit fixed point.</summary>
    private static byte[] Luma(Picture picture)
    {
        if (picture.Channels == 1)
        {
            return picture.Pixels;
        }

        byte[] p = picture.Pixels;
        return
        [
            .. Enumerable.Range(0, p.Length / 3)
                .Select(i => (byte)(((19595 * p[3 * i]) + (38470 * p[(3 * i) + 1]) + (7471 * p[(3 * i) + 2]) + 0x8000) >> 16)),
        ];
    }
}
