using Ctm.Tasks.Runs;
using Ctm.Tasks.Sorting;
using ScottPlot;

namespace Ctm.Tasks.Reports;

/// <summary>The report of a sorting run.</summary>
internal static class SortReport
{
    /// <summary>Saves the pictures and gives the text.</summary>
    public static ReportText Make(ReportContext<SortRecipe, SortTask> context, string pictures)
    {
        SortRecipe recipe = context.Recipe;
        var figures = (SortFigures)context.Figures;
        var text = new ReportText();
        text.Line($"# Sorting {recipe.Numbers} numbers, preset {context.Configuration.Preset}").Space();
        text.Line($"{ModelNames.Of(recipe.Model.Kind)} of {context.Task.Parameters.Count:N0} parameters,");
        text.Line($"trained for {recipe.Training.Steps:N0} steps of {recipe.Batch} lists.");
        text.Line($"It sorts **{figures.Accuracy:P1}** of {figures.Samples:N0} lists that it has never seen,");
        text.Line($"with {figures.StepAccuracy:P2} of all numbers in their places; read as an order of all numbers, none twice,");
        text.Line($"**{figures.PermutationAccuracy:P1}** are right.");
        if (figures.Readings > 1)
        {
            text.Line($"Each list is read in {figures.Readings} rotations, and the logarithms of the probabilities are averaged.");
        }

        text.Space();
        text.Table(
            "on unseen lists",
            [.. figures.Rows(context.Definition.Words), FigureRow.Of("lists", $"{figures.Samples:N0}"), context.TimeRow]);
        LearningCurves.SaveLearning(
            Path.Combine(pictures, "learning.png"),
            context.Lines,
            (
                "Right numbers and whole lists",
                [
                    new ShareCurve("step_accuracy", "numbers, train", "numbers, unseen", figures.OneReading?.StepAccuracy ?? figures.StepAccuracy),
                    new ShareCurve("accuracy", "lists, train", "lists, unseen", figures.OneReading?.Accuracy ?? figures.Accuracy),
                ]),
            ("Tick of the last number", [new CountCurve("tick", $"tick, of {figures.Ticks}")]));
        text.Line($"## Learning\n").Picture("learning.png", "Loss, accuracy, tick of the last number and learning rate over the steps");
        Waiting(text, figures, pictures);
        Closeness(text, figures);
        return text.End(context);
    }

    private static void Closeness(ReportText text, SortFigures figures)
    {
        text.Line($"## Numbers that are close to each other\n");
        text.Line($"| mean smallest gap of a list | lists right | lists |\n|---:|---:|---:|");
        foreach (GapAccuracy group in figures.AccuracyByGap)
        {
            text.Line($"| {group.Gap:G3} | {group.Accuracy:P1} | {group.Count:N0} |");
        }

        text.Space();
    }

    private static void Waiting(ReportText text, SortFigures figures, string pictures)
    {
        Plot places = ReportPlot.Create("Waiting before each number", "place");
        ReportPlot.Curve(places, [.. figures.MeanWait.Select((wait, i) => (i + 1.0, wait))], ReportPlot.Blue, null, marked: true);
        Plot gaps = ReportPlot.Create("Waiting by the gap to the number before", "gap");
        gaps.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic();
        ReportPlot.Curve(gaps, [.. figures.WaitByGap.Select(group => (group.Gap, group.Wait))], ReportPlot.Orange, null, marked: true);
        ReportPlot.Save(Path.Combine(pictures, "waiting.png"), [places, gaps], 1200, 460);
        text.Line($"## Waiting\n").Picture("waiting.png", "Ticks of waiting before each number, and by the gap to the number before");
        text.Line($"| mean gap to the number before | mean ticks of waiting | numbers |\n|---:|---:|---:|");
        foreach (GapWait group in figures.WaitByGap)
        {
            text.Line($"| {group.Gap:F3} | {group.Wait:F2} | {group.Count:N0} |");
        }

        text.Space();
        if (figures.Dynamics is { } dynamics)
        {
            text.Line($"{dynamics.DeadNeurons} of {dynamics.Neurons} neurons hardly move at all.\n");
        }
    }
}
