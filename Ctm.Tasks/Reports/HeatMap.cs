using ScottPlot;

namespace Ctm.Tasks.Reports;

/// <summary>A picture of shares on a grid, from 0 (dark) to 1 (bright).</summary>
internal static class HeatMap
{
    /// <summary>Saves the picture; the first row is at the bottom.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="title">Title of the plot.</param>
    /// <param name="axes">What rows and columns are.</param>
    /// <param name="first">Number of the first row and of the first column.</param>
    /// <param name="rows">Shares, [rows][columns], two or more of each.</param>
    public static void Save(string path, string title, (string Rows, string Columns) axes, int first, double[][] rows)
    {
        int height = rows.Length, width = rows[0].Length;
        var values = new double[height, width];
        for (int r = 0; r < height; r++)
        {
            for (int c = 0; c < width; c++)
            {
                // The picture's rows go down.
                values[height - 1 - r, c] = rows[r][c];
            }
        }

        Plot plot = ReportPlot.Create(title, axes.Columns);
        plot.YLabel(axes.Rows, 14);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.ManualRange = new ScottPlot.Range(0, 1);

        // Centres of the outermost cells.
        map.Position = new CoordinateRect(first, first + width - 1, first, first + height - 1);
        plot.Add.ColorBar(map);
        plot.Axes.SetLimits(first - 0.5, first + width - 0.5, first - 0.5, first + height - 0.5);
        ReportPlot.Save(path, [plot], 800, 560);
    }
}
