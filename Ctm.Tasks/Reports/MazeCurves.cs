using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;
using ScottPlot;

namespace Ctm.Tasks.Reports;

/// <summary>The plots of a maze report.</summary>
internal static class MazeCurves
{
    /// <summary>Loss, accuracies, curriculum and learning rate over the steps.</summary>
    public static void SaveLearning(string path, IReadOnlyList<MetricsLine> lines, MazeRecipe recipe, EvaluationFigures final)
    {
        long end = lines.Max(line => line.Step);
        Plot loss = ReportPlot.Create("Loss", "step");
        ReportPlot.Noisy(loss, [.. Points(lines, line => line.Loss)], ReportPlot.Blue, null);
        FromZero(loss, end);

        Plot accuracy = ReportPlot.Create("Right moves and solved mazes", "step");
        ReportPlot.Noisy(accuracy, [.. Measure(lines, "step_accuracy")], ReportPlot.Blue, "moves, train");
        ReportPlot.Noisy(accuracy, [.. Measure(lines, "solve_rate")], ReportPlot.Orange, "mazes, train");
        ReportPlot.Curve(accuracy, [.. Test(lines, final, "step_accuracy")], ReportPlot.Green, "moves, unseen", marked: true);
        ReportPlot.Curve(accuracy, [.. Test(lines, final, "solve_rate")], ReportPlot.Purple, "mazes, unseen", marked: true);
        Shares(accuracy, 0, end * 1.02);

        Plot reach = ReportPlot.Create($"Curriculum reach, of {recipe.RouteLength} moves, and most certain tick", "step");
        ReportPlot.Noisy(reach, [.. Measure(lines, "reach")], ReportPlot.Blue, "moves that the loss counts");
        ReportPlot.Noisy(reach, [.. Measure(lines, "tick")], ReportPlot.Orange, $"most certain tick, of {recipe.Model.TickCount}");
        FromZero(reach, end);
        ReportPlot.ShowLegend(reach);

        Plot rate = ReportPlot.Create("Learning rate", "step");
        ReportPlot.Curve(rate, [.. Points(lines, line => line.LearningRate)], ReportPlot.Blue, null);
        FromZero(rate, end);
        ReportPlot.Save(path, [loss, accuracy, reach, rate], 1200, 900);
    }

    /// <summary>How good the answer is at every tick.</summary>
    public static void SavePerTick(string path, EvaluationFigures figures)
    {
        Plot plot = ReportPlot.Create($"The answer at every tick, {figures.Samples} unseen mazes", "tick");
        ReportPlot.Curve(plot, Ticks(figures.PerTickAccuracy), ReportPlot.Green, "right moves", marked: true);
        ReportPlot.Curve(plot, Ticks(figures.PerTickSolveRate), ReportPlot.Purple, "solved mazes", marked: true);
        ScottPlot.Plottables.VerticalLine mean = plot.Add.VerticalLine(figures.MeanTick, 1.5f, Colors.Gray, LinePattern.Dashed);
        mean.LegendText = FormattableString.Invariant($"mean most certain tick, {figures.MeanTick:F1}");
        Shares(plot, 0.5, figures.PerTickAccuracy.Length + 0.5);
        ReportPlot.Save(path, [plot], 800, 460);
    }

    private static (double X, double Y)[] Ticks(double[] values) => [.. values.Select((value, i) => (i + 1.0, value))];

    private static IEnumerable<(double X, double Y)> Points(IEnumerable<MetricsLine> lines, Func<MetricsLine, double?> value) =>
        lines.Where(line => value(line) is not null).Select(line => ((double)line.Step, value(line)!.Value));

    private static IEnumerable<(double X, double Y)> Measure(IEnumerable<MetricsLine> lines, string name) =>
        Points(lines, line => line.Train is not null && line.Train.TryGetValue(name, out double value) ? value : null);

    // The evaluation at the end has more mazes than the probe at the same step, and stands for it.
    private static IEnumerable<(double X, double Y)> Test(IReadOnlyList<MetricsLine> lines, EvaluationFigures final, string name)
    {
        long end = lines.Max(line => line.Step);
        double? Probe(MetricsLine line) => line.Test is not null && line.Test.TryGetValue(name, out double value) ? value : null;
        return Points(lines.Where(line => line.Step < end), Probe)
            .Append((end, name == "solve_rate" ? final.SolveRate : final.StepAccuracy));
    }

    private static void Shares(Plot plot, double left, double right)
    {
        plot.Axes.SetLimits(left, right, -0.02, 1.03);
        ReportPlot.ShowLegend(plot);
    }

    private static void FromZero(Plot plot, double right)
    {
        plot.Axes.AutoScale();
        plot.Axes.SetLimits(0, right * 1.02, 0, Math.Max(1e-9, plot.Axes.GetLimits().Top));
    }
}
