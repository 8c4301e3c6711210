using System.Globalization;
using SkiaSharp;

namespace Ctm.Tasks.Mazes.Pictures;

/// <summary>What a model thought of a maze at one tick.</summary>
/// <param name="Tick">The tick, as it is to be printed.</param>
/// <param name="Certainty">0 to 1.</param>
/// <param name="Prediction">Predicted classes, one a step.</param>
/// <param name="Attention">Weights over the picture's tokens, or null.</param>
public sealed record MazeTick(int Tick, float Certainty, int[] Prediction, MazeAttention? Attention = null);

/// <summary>Several ticks of one maze side by side, each with its number and certainty.</summary>
public static class MazePictureStrip
{
    private const float Between = 18f;
    private const float Header = 27f;
    private const float LeastPanel = 130f;

    /// <summary>Draws the ticks in rows of at most <paramref name="columns"/>; the caller disposes of the image.</summary>
    public static SKImage Draw(Maze maze, IReadOnlyList<MazeTick> ticks, string? title = null, int cellSide = 16, int columns = 4)
    {
        ArgumentOutOfRangeException.ThrowIfZero(ticks.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(cellSide, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        columns = Math.Min(columns, ticks.Count);
        var rows = (ticks.Count + columns - 1) / columns;
        var side = maze.Size * cellSide;
        var panel = Math.Max(side, LeastPanel);
        var width = (columns * panel) + ((columns - 1) * Between);
        var legend = new MazeLegend(true, ticks.Any(tick => tick.Attention is not null));
        var top = MazeStyle.Margin + (title is null ? 0f : MazeStyle.TitleSize + 15f);
        var rowHeight = Header + side + Between;
        var bottom = top + (rows * rowHeight) - Between + 10f;
        using var surface = MazePicture.Surface(
            width + (2f * MazeStyle.Margin), bottom + legend.Height(width) + MazeStyle.Margin - 6f);
        if (title is not null)
        {
            MazeStyle.DrawTitle(surface.Canvas, title, width);
        }

        for (var i = 0; i < ticks.Count; i++)
        {
            var x = MazeStyle.Margin + ((i % columns) * (panel + Between));
            var y = top + (i / columns * rowHeight);
            DrawHeader(surface.Canvas, ticks[i], x, y, panel);
            var left = MathF.Round(x + ((panel - side) / 2f));
            MazePanel.Draw(surface.Canvas, new SKPoint(left, y + Header), cellSide, maze, ticks[i].Prediction, ticks[i].Attention);
        }

        legend.Draw(surface.Canvas, MazeStyle.Margin, bottom, width);
        return surface.Snapshot();
    }

    // The tick on the left, the certainty on the right, and the certainty again as a bar below both.
    private static void DrawHeader(SKCanvas canvas, MazeTick tick, float x, float y, float width)
    {
        var baseline = y + MazeStyle.TextSize - 1f;
        var certainty = string.Create(CultureInfo.InvariantCulture, $"certainty {tick.Certainty:F2}");
        using var font = MazeStyle.Font(12f);
        var certaintyWidth = font.MeasureText(certainty);
        var number = string.Create(CultureInfo.InvariantCulture, $"tick {tick.Tick}");
        MazeStyle.DrawText(canvas, number, x, baseline, width - certaintyWidth - 6f, MazeStyle.TextSize, MazeStyle.Ink, bold: true);
        MazeStyle.DrawText(canvas, certainty, x + width - certaintyWidth, baseline, certaintyWidth + 1f, 12f, MazeStyle.QuietInk);
        using var track = MazeStyle.Fill(MazeStyle.Track);
        canvas.DrawRoundRect(x, y + 17f, width, 4f, 2f, 2f, track);
        var share = float.IsFinite(tick.Certainty) ? Math.Clamp(tick.Certainty, 0f, 1f) : 0f;
        if (share * width >= 1f)
        {
            using var bar = MazeStyle.Fill(MazeStyle.QuietInk);
            canvas.DrawRoundRect(x, y + 17f, share * width, 4f, 2f, 2f, bar);
        }
    }
}
