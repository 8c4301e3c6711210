using SkiaSharp;

namespace Ctm.Tasks.Mazes.Pictures;

/// <summary>One maze as a picture for people: the true route faint, the predicted one walked over it, attention as a heat map.</summary>
public static class MazePicture
{
    private const float LeastWidth = 240f;

    /// <summary>Draws a maze; the caller disposes of the image.</summary>
    /// <param name="maze">The maze with its true route.</param>
    /// <param name="prediction">Predicted classes, walked from the start until the first wall; empty for none.</param>
    /// <param name="attention">Weights over the picture's tokens, or null.</param>
    /// <param name="title">One line above the maze, or null.</param>
    /// <param name="cellSide">Pixels of a cell's side; 4 or more.</param>
    public static SKImage Draw(
        Maze maze, ReadOnlySpan<int> prediction, MazeAttention? attention = null, string? title = null, int cellSide = 24)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cellSide, 4);
        var side = maze.Size * cellSide;
        var width = Math.Max(side, LeastWidth);
        var legend = new MazeLegend(!prediction.IsEmpty, attention is not null);
        var top = MazeStyle.Margin + (title is null ? 0f : MazeStyle.TitleSize + 11f);
        var height = top + side + 10f + legend.Height(width) + MazeStyle.Margin - 6f;
        using var surface = Surface(width + (2f * MazeStyle.Margin), height);
        if (title is not null)
        {
            MazeStyle.DrawTitle(surface.Canvas, title, width);
        }

        var left = MathF.Round(MazeStyle.Margin + ((width - side) / 2f));
        MazePanel.Draw(surface.Canvas, new SKPoint(left, top), cellSide, maze, prediction, attention);
        legend.Draw(surface.Canvas, MazeStyle.Margin, top + side + 10f, width);
        return surface.Snapshot();
    }

    /// <summary>The image as the bytes of a PNG.</summary>
    public static byte[] ToPng(SKImage image)
    {
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Writes an image as a PNG; the file appears whole or not at all.</summary>
    public static void Save(string path, SKImage image)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, ToPng(image));
        File.Move(temporary, path, overwrite: true);
    }

    internal static SKSurface Surface(float width, float height)
    {
        var info = new SKImageInfo((int)MathF.Ceiling(width), (int)MathF.Ceiling(height), SKColorType.Rgba8888, SKAlphaType.Opaque);
        var surface = SKSurface.Create(info);
        surface.Canvas.Clear(MazeStyle.Paper);
        return surface;
    }
}
