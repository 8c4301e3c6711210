using SkiaSharp;

namespace Ctm.Tasks.Mazes.Pictures;

/// <summary>Colours, sizes and type of the maze pictures. Right and wrong differ in lightness too, not in hue alone.</summary>
internal static class MazeStyle
{
    public const float Margin = 16f;
    public const float TitleSize = 17f;
    public const float TextSize = 13f;
    public const float LegendLine = 22f;

    public static readonly SKColor Paper = SKColors.White;
    public static readonly SKColor Ink = new(0x1F, 0x24, 0x2B);
    public static readonly SKColor QuietInk = new(0x5B, 0x64, 0x70);
    public static readonly SKColor Wall = new(0x39, 0x40, 0x4B);
    public static readonly SKColor Floor = new(0xF7, 0xF6, 0xF3);
    public static readonly SKColor Start = new(0xD6, 0x27, 0x3B);
    public static readonly SKColor Goal = new(0x1E, 0x9E, 0x57);
    public static readonly SKColor TrueRoute = new(0xBF, 0xC8, 0xD6);
    public static readonly SKColor Right = new(0x1B, 0x5F, 0xD9);
    public static readonly SKColor Wrong = new(0xE0, 0x1F, 0x9A);
    public static readonly SKColor Track = new(0xE4, 0xE7, 0xEC);

    private static readonly SKColor[] Heat =
        [new(0xFF, 0xE9, 0x8A), new(0xFF, 0xB5, 0x2E), new(0xF0, 0x6A, 0x1C), new(0xA8, 0x1E, 0x0E)];

    private static readonly Lazy<SKTypeface> Regular = new(() => Face(SKFontStyle.Normal));
    private static readonly Lazy<SKTypeface> Bold = new(() => Face(SKFontStyle.Bold));

    public static SKFont Font(float size, bool bold = false)
    {
        return new SKFont(bold ? Bold.Value : Regular.Value, size) { Subpixel = true, Edging = SKFontEdging.Antialias };
    }

    public static SKPaint Fill(SKColor colour)
    {
        return new SKPaint { Color = colour, IsAntialias = true };
    }

    public static SKPaint Line(SKColor colour, float width)
    {
        return new SKPaint
        {
            Color = colour,
            IsAntialias = true,
            IsStroke = true,
            StrokeWidth = width,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
    }

    /// <summary>The overlay's colour for a weight of 0 to 1: clear, then yellow to dark red, growing more opaque.</summary>
    public static SKColor HeatOf(float weight)
    {
        var at = Math.Clamp(weight, 0f, 1f) * (Heat.Length - 1);
        var low = Math.Min((int)at, Heat.Length - 2);
        var t = at - low;
        var (a, b) = (Heat[low], Heat[low + 1]);
        var opacity = 0.82f * MathF.Pow(Math.Clamp(weight, 0f, 1f), 0.85f);
        return new SKColor(Mix(a.Red, b.Red, t), Mix(a.Green, b.Green, t), Mix(a.Blue, b.Blue, t), (byte)MathF.Round(255f * opacity));
    }

    public static void DrawTitle(SKCanvas canvas, string title, float width)
    {
        DrawText(canvas, title, Margin, Margin + TitleSize - 2f, width, TitleSize, Ink, bold: true);
    }

    /// <summary>Draws text, first smaller and then cut with an ellipsis where it would be wider than allowed.</summary>
    public static void DrawText(
        SKCanvas canvas, string text, float x, float baseline, float width, float size, SKColor colour, bool bold = false)
    {
        using var paint = Fill(colour);
        using var font = Font(size, bold);
        while (font.Size > 12f && font.MeasureText(text) > width)
        {
            font.Size -= 0.5f;
        }

        var shown = text;
        for (var length = text.Length - 1; length > 0 && font.MeasureText(shown) > width; length--)
        {
            shown = text[..length].TrimEnd() + "…";
        }

        canvas.DrawText(shown, x, baseline, font, paint);
    }

    private static byte Mix(byte a, byte b, float t)
    {
        return (byte)MathF.Round(a + ((b - a) * t));
    }

    private static SKTypeface Face(SKFontStyle style)
    {
        return SKTypeface.FromFamilyName("DejaVu Sans", style) ?? SKTypeface.Default;
    }
}
