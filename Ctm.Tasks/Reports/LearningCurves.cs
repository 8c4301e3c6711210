using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;
using ScottPlot;

namespace Ctm.Tasks.Reports;

/// <summary>A share that is measured on training batches and on unseen samples.</summary>
/// <param name="Key">Name of the measure.</param>
/// <param name="Train">What the curve of training batches is called.</param>
/// <param name="Unseen">What the curve of unseen samples is called.</param>
/// <param name="Final">The figure after training.</param>
internal sealed record ShareCurve(string Key, string Train, string Unseen, double Final);

/// <summary>A count that is measured on training batches.</summary>
/// <param name="Key">Name of the measure.</param>
/// <param name="Label">What the curve is called.</param>
internal sealed record CountCurve(string Key, string Label);

/// <summary>The plots of a report on how a model learned and how it answers.</summary>
internal static class LearningCurves
{
    private static readonly (Color Train, Color Unseen)[] ShareColors = [(ReportPlot.Blue, ReportPlot.Green), (ReportPlot.Orange, ReportPlot.Purple)];
    private static readonly Color[] CountColors = [ReportPlot.Blue, ReportPlot.Orange];

    /// <summary>Loss, shares, counts and learning rate over the steps.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="lines">The run's metrics.</param>
    /// <param name="shares">At most two shares, and the title of their plot.</param>
    /// <param name="counts">At most two counts, and the title of their plot.</param>
    public static void SaveLearning(
        string path, IReadOnlyList<MetricsLine> lines, (string Title, ShareCurve[] Curves) shares, (string Title, CountCurve[] Curves) counts)
    {
        long end = lines.Max(line => line.Step);
        Plot loss = ReportPlot.Create("Loss", "step");
        ReportPlot.Noisy(loss, [.. Points(lines, line => line.Loss)], ReportPlot.Blue, null);
        FromZero(loss, end);

        Plot accuracy = ReportPlot.Create(shares.Title, "step");
        foreach ((ShareCurve curve, (Color color, _)) in shares.Curves.Zip(ShareColors))
        {
            ReportPlot.Noisy(accuracy, [.. Measure(lines, curve.Key)], color, curve.Train);
        }

        foreach ((ShareCurve curve, (_, Color color)) in shares.Curves.Zip(ShareColors))
        {
            ReportPlot.Curve(accuracy, [.. Test(lines, curve)], color, curve.Unseen, marked: true);
        }

        Shares(accuracy, 0, end * 1.02);
        Plot reach = ReportPlot.Create(counts.Title, "step");
        foreach ((CountCurve curve, Color color) in counts.Curves.Zip(CountColors))
        {
            ReportPlot.Noisy(reach, [.. Measure(lines, curve.Key)], color, curve.Label);
        }

        FromZero(reach, end);
        ReportPlot.ShowLegend(reach);

        Plot rate = ReportPlot.Create("Learning rate", "step");
        ReportPlot.Curve(rate, [.. Points(lines, line => line.LearningRate)], ReportPlot.Blue, null);
        FromZero(rate, end);
        ReportPlot.Save(path, [loss, accuracy, reach, rate], 1200, 900);
    }

    /// <summary>How good the answer is at every tick.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="title">Title of the plot.</param>
    /// <param name="curves">At most two curves, a value a tick.</param>
    /// <param name="meanTick">The mean most certain tick; null draws none.</param>
    public static void SavePerTick(string path, string title, (string Label, double[] Values)[] curves, double? meanTick)
    {
        Plot plot = ReportPlot.Create(title, "tick");
        foreach (((string label, double[] values), Color color) in curves.Zip([ReportPlot.Green, ReportPlot.Purple]))
        {
            ReportPlot.Curve(plot, Ticks(values), color, label, marked: true);
        }

        if (meanTick is { } tick)
        {
            ScottPlot.Plottables.VerticalLine mean = plot.Add.VerticalLine(tick, 1.5f, Colors.Gray, LinePattern.Dashed);
            mean.LegendText = FormattableString.Invariant($"mean most certain tick, {tick:F1}");
        }

        Shares(plot, 0.5, curves[0].Values.Length + 0.5);
        ReportPlot.Save(path, [plot], 800, 460);
    }

    /// <summary>How often the model is right by how sure it is, and the spectrum of its neurons.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="figures">The figures, with a reliability curve.</param>
    public static void SaveCalibration(string path, ClassificationFigures figures)
    {
        Plot reliability = ReportPlot.Create("How often it is right, by how sure it is", "confidence");
        reliability.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic();
        ReportPlot.Curve(reliability, [(0, 0), (1, 1)], Colors.Gray, "perfect calibration");
        ReliabilityBin[] filled = [.. figures.Reliability!.Where(bin => bin.Share > 0)];
        ReportPlot.Curve(reliability, [.. filled.Select(bin => (bin.Confidence, bin.Accuracy))], ReportPlot.Blue, "right", marked: true);
        ReportPlot.Curve(reliability, [.. filled.Select(bin => (bin.Confidence, bin.Share))], ReportPlot.Orange, "share of predictions", marked: true);
        Shares(reliability, -0.02, 1.02);
        if (figures.Dynamics is not { Spectrum.Length: > 0 } dynamics)
        {
            ReportPlot.Save(path, [reliability], 800, 460);
            return;
        }

        Plot spectrum = ReportPlot.Create("Power of the neurons by frequency", "cycles in all ticks");
        ReportPlot.Curve(spectrum, Ticks(dynamics.Spectrum), ReportPlot.Purple, null, marked: true);
        FromZero(spectrum, dynamics.Spectrum.Length);
        ReportPlot.Save(path, [reliability, spectrum], 1200, 460);
    }

    private static (double X, double Y)[] Ticks(double[] values) => [.. values.Select((value, i) => (i + 1.0, value))];

    private static IEnumerable<(double X, double Y)> Points(IEnumerable<MetricsLine> lines, Func<MetricsLine, double?> value) =>
        lines.Where(line => value(line) is not null).Select(line => ((double)line.Step, value(line)!.Value));

    /// <summary>A measure of training batches over the steps.</summary>
    public static IEnumerable<(double X, double Y)> Measure(IEnumerable<MetricsLine> lines, string name) =>
        Points(lines, line => line.Train is not null && line.Train.TryGetValue(name, out double value) ? value : null);

    /// <summary>A measure of unseen samples over the steps.</summary>
    /// <remarks>The evaluation at the end has more samples than the probe at the same step, and stands for it.</remarks>
    public static IEnumerable<(double X, double Y)> Test(IReadOnlyList<MetricsLine> lines, ShareCurve curve)
    {
        long end = lines.Max(line => line.Step);
        double? Probe(MetricsLine line) => line.Test is not null && line.Test.TryGetValue(curve.Key, out double value) ? value : null;
        return Points(lines.Where(line => line.Step < end), Probe).Append((end, curve.Final));
    }

    private static void Shares(Plot plot, double left, double right)
    {
        plot.Axes.SetLimits(left, right, -0.02, 1.03);
        ReportPlot.ShowLegend(plot);
    }

    /// <summary>Lets both axes begin at 0.</summary>
    public static void FromZero(Plot plot, double right)
    {
        plot.Axes.AutoScale();
        plot.Axes.SetLimits(0, right * 1.02, 0, Math.Max(1e-9, plot.Axes.GetLimits().Top));
    }
}
