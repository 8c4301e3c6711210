namespace Ctm.Tasks.Images;

/// <summary>One picture in memory.</summary>
/// <param name="Height">Pixels down.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Pixels">Bytes, [height, width, channels].</param>
public sealed record Picture(int Height, int Width, int Channels, byte[] Pixels)
{
    /// <summary>A part of the picture; what lies beyond it is black.</summary>
    /// <param name="top">First row, which may be negative.</param>
    /// <param name="left">First column, which may be negative.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public Picture Crop(int top, int left, int height, int width)
    {
        var part = new byte[height * width * Channels];
        int first = Math.Max(0, -left), end = Math.Min(width, Width - left);
        for (int y = 0; y < height; y++)
        {
            int row = top + y;
            if (row >= 0 && row < Height && first < end)
            {
                Pixels.AsSpan(((row * Width) + left + first) * Channels, (end - first) * Channels)
                    .CopyTo(part.AsSpan(((y * width) + first) * Channels));
            }
        }

        return new Picture(height, width, Channels, part);
    }

    /// <summary>The middle of the picture.</summary>
    /// <param name="size">Rows and columns; where the picture has fewer, the rest is black.</param>
    public Picture CropCenter(int size) =>
        Crop((int)Math.Round((Height - size) / 2.0), (int)Math.Round((Width - size) / 2.0), size, size);

    /// <summary>The picture with left and right exchanged.</summary>
    public Picture Mirror()
    {
        var mirrored = new byte[Pixels.Length];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                Pixels.AsSpan(((y * Width) + x) * Channels, Channels)
                    .CopyTo(mirrored.AsSpan(((y * Width) + Width - 1 - x) * Channels));
            }
        }

        return this with { Pixels = mirrored };
    }
}
