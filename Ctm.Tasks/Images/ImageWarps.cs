namespace Ctm.Tasks.Images;

/// <summary>Moves the pixels of a picture: each new pixel takes the old one in which the image of its centre lies, or black.</summary>
internal static class ImageWarps
{
    /// <summary>Shears rows to the side, the upper edge fixed: a row y takes its pixels from x + y * amount.</summary>
    public static Picture ShearX(Picture picture, double amount) => Warp(picture, 1, amount, 0, 0, 1, 0);

    /// <summary>Shears columns downwards, the left edge fixed.</summary>
    public static Picture ShearY(Picture picture, double amount) => Warp(picture, 1, 0, 0, amount, 1, 0);

    /// <summary>Moves to the right and down by whole pixels.</summary>
    public static Picture Translate(Picture picture, int right, int down) =>
        picture.Crop(-down, -right, picture.Height, picture.Width);

    /// <summary>Turns anticlockwise about the middle.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="degrees">The angle.</param>
    public static Picture Rotate(Picture picture, double degrees)
    {
        (double sine, double cosine) = Math.SinCos(degrees * Math.PI / 180);
        double x = picture.Width / 2.0, y = picture.Height / 2.0;
        return Warp(picture, cosine, -sine, x - (cosine * x) + (sine * y), sine, cosine, y - (sine * x) - (cosine * y));
    }

    /// <summary>A pixel (x, y) takes the one at (a x + b y + c, d x + e y + f).</summary>
    private static Picture Warp(Picture picture, double a, double b, double c, double d, double e, double f)
    {
        int channels = picture.Channels;
        var warped = new byte[picture.Pixels.Length];
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                double fromX = (a * (x + 0.5)) + (b * (y + 0.5)) + c, fromY = (d * (x + 0.5)) + (e * (y + 0.5)) + f;
                if (fromX >= 0 && fromX < picture.Width && fromY >= 0 && fromY < picture.Height)
                {
                    picture.Pixels.AsSpan((((int)fromY * picture.Width) + (int)fromX) * channels, channels)
                        .CopyTo(warped.AsSpan(((y * picture.Width) + x) * channels));
                }
            }
        }

        return picture with { Pixels = warped };
    }
}
