using SkiaSharp;

namespace Ctm.Tasks.Mazes.Pictures;

/// <summary>The key below a picture: as many entries a line as fit.</summary>
internal sealed class MazeLegend
{
    private const float Swatch = 20f;
    private const float Gap = 6f;
    private const float Between = 18f;

    private readonly List<(string Text, Action<SKCanvas, SKPoint> Draw)> entries = [];

    public MazeLegend(bool prediction, bool attention)
    {
        entries.Add(("start", (canvas, at) => Dot(canvas, at, MazeStyle.Start)));
        entries.Add(("goal", (canvas, at) => Dot(canvas, at, MazeStyle.Goal)));
        entries.Add(("true route", (canvas, at) => Line(canvas, at, MazeStyle.TrueRoute, 9f)));
        if (prediction)
        {
            entries.Add(("predicted, right so far", (canvas, at) => Line(canvas, at, MazeStyle.Right, 4f)));
            entries.Add(("predicted, after an error", (canvas, at) => Line(canvas, at, MazeStyle.Wrong, 4f)));
        }

        if (attention)
        {
            entries.Add(("attention, low to high", Ramp));
        }
    }

    public float Height(float width)
    {
        return MazeStyle.LegendLine * (1 + Places(width)[^1].Line);
    }

    public void Draw(SKCanvas canvas, float x, float y, float width)
    {
        var places = Places(width);
        for (var i = 0; i < entries.Count; i++)
        {
            var left = x + places[i].X;
            var middle = y + (MazeStyle.LegendLine * (places[i].Line + 0.5f));
            entries[i].Draw(canvas, new SKPoint(left, middle));
            MazeStyle.DrawText(
                canvas, entries[i].Text, left + Swatch + Gap, middle + 4.5f, width, MazeStyle.TextSize, MazeStyle.QuietInk);
        }
    }

    private List<(float X, int Line)> Places(float width)
    {
        using var font = MazeStyle.Font(MazeStyle.TextSize);
        var places = new List<(float X, int Line)>();
        var x = 0f;
        var line = 0;
        foreach (var (text, _) in entries)
        {
            var needed = Swatch + Gap + font.MeasureText(text);
            if (x > 0f && x + needed > width)
            {
                x = 0f;
                line++;
            }

            places.Add((x, line));
            x += needed + Between;
        }

        return places;
    }

    private static void Dot(SKCanvas canvas, SKPoint at, SKColor colour)
    {
        using var paint = MazeStyle.Fill(colour);
        canvas.DrawCircle(at.X + (Swatch / 2f), at.Y, 6f, paint);
    }

    private static void Line(SKCanvas canvas, SKPoint at, SKColor colour, float width)
    {
        using var paint = MazeStyle.Line(colour, width);
        canvas.DrawLine(at.X + (width / 2f), at.Y, at.X + Swatch - (width / 2f), at.Y, paint);
    }

    private static void Ramp(SKCanvas canvas, SKPoint at)
    {
        for (var i = 0; i < (int)Swatch; i++)
        {
            using var paint = MazeStyle.Fill(MazeStyle.HeatOf((i + 0.5f) / Swatch));
            paint.IsAntialias = false;
            canvas.DrawRect(at.X + i, at.Y - 6f, 1f, 12f, paint);
        }
    }
}
