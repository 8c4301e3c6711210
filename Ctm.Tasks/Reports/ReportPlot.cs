using ScottPlot;
using SkiaSharp;

namespace Ctm.Tasks.Reports;

/// <summary>Plots in one style: quiet axes, labelled curves, legend in a corner.</summary>
internal static class ReportPlot
{
    public static readonly Color Blue = Color.FromHex("#1B5FD9");
    public static readonly Color Orange = Color.FromHex("#E0701F");
    public static readonly Color Green = Color.FromHex("#1E9E57");
    public static readonly Color Purple = Color.FromHex("#8A3FC7");
    private static readonly Color Ink = Color.FromHex("#1F242B");
    private static readonly Color Quiet = Color.FromHex("#5B6470");
    private static readonly Color Grid = Color.FromHex("#E8EAEE");
    private static readonly string Face = SKFontManager.Default.FontFamilies.Contains("DejaVu Sans") ? "DejaVu Sans" : Fonts.Sans;

    public static Plot Create(string title, string x)
    {
        var plot = new Plot();
        plot.Title(title, 17);
        plot.XLabel(x, 14);
        plot.Axes.Color(Quiet);
        plot.Axes.Title.Label.ForeColor = Ink;
        plot.Font.Set(Face);
        plot.Grid.MajorLineColor = Grid;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Legend.FontSize = 13;
        plot.Legend.FontName = Face;
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineColor = Grid;
        plot.Legend.ShadowColor = Colors.Transparent;
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = 13;
            axis.MinorTickStyle.Length = 0;
        }

        // Steps and ticks are counted.
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        return plot;
    }

    /// <summary>The legend below the plot, where it covers nothing.</summary>
    public static void ShowLegend(Plot plot)
    {
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.OutlineWidth = 0;
        plot.ShowLegend(Edge.Bottom);
    }

    /// <summary>A curve; with few points they are marked.</summary>
    public static void Curve(Plot plot, IReadOnlyList<(double X, double Y)> points, Color color, string? label, bool marked = false)
    {
        if (points.Count == 0)
        {
            return;
        }

        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(
            points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), color);
        line.LineWidth = 2;
        line.MarkerSize = marked || points.Count == 1 ? 7 : 0;
        if (label is not null)
        {
            line.LegendText = label;
        }
    }

    /// <summary>A noisy curve: the points faint, their running mean over about a thirtieth of them strong.</summary>
    public static void Noisy(Plot plot, IReadOnlyList<(double X, double Y)> points, Color color, string? label)
    {
        if (points.Count < 40)
        {
            Curve(plot, points, color, label);
            return;
        }

        ScottPlot.Plottables.Scatter faint = plot.Add.ScatterLine(
            points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), color.WithAlpha(0.25));
        faint.LineWidth = 1;
        int half = points.Count / 60;
        Curve(plot, [.. points.Select((p, i) => (p.X, Mean(points, i - half, i + half)))], color, label);
    }

    /// <summary>Places the plots in two columns and saves them as one picture.</summary>
    public static void Save(string path, IReadOnlyList<Plot> plots, int width, int height)
    {
        int columns = Math.Min(2, plots.Count);
        var all = new Multiplot();
        all.RemovePlot(all.GetPlot(0));
        foreach (Plot plot in plots)
        {
            all.AddPlot(plot);
        }

        all.Layout = new ScottPlot.MultiplotLayouts.Grid((plots.Count + columns - 1) / columns, columns);
        byte[] png = all.Render(width, height).GetImageBytes(ImageFormat.Png, 100);
        Engine.Files.AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static double Mean(IReadOnlyList<(double X, double Y)> points, int first, int last)
    {
        // As many on both sides, so that the mean is not pulled back at the ends.
        int middle = (first + last) / 2, reach = Math.Min((last - first) / 2, Math.Min(middle, points.Count - 1 - middle));
        double sum = 0;
        for (int i = middle - reach; i <= middle + reach; i++)
        {
            sum += points[i].Y;
        }

        return sum / ((2 * reach) + 1);
    }
}
