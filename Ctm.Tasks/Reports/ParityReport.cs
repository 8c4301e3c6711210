using Ctm.Tasks.Parity;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Reports;

/// <summary>The report of a parity run.</summary>
internal static class ParityReport
{
    /// <summary>Saves the pictures and gives the text.</summary>
    public static ReportText Make(ReportContext<ParityRecipe, ParityTask> context, string pictures)
    {
        ParityRecipe recipe = context.Recipe;
        var figures = (ParityFigures)context.Figures;
        TaskWords words = context.Definition.Words;
        var text = new ReportText();
        text.Line($"# Parity of sequences of {recipe.SequenceLength}, preset {context.Configuration.Preset}").Space();
        text.Line($"{ModelNames.Of(recipe.Model.Kind)} of {context.Task.Parameters.Count:N0} parameters,");
        text.Line($"trained for {recipe.Training.Steps:N0} steps of {recipe.Batch} sequences.");
        if (recipe.RampSteps > 0)
        {
            text.Line($"Over the first {recipe.RampSteps:N0} steps -1 grew from one value in 32 to one in two.");
        }

        if (recipe.TicksAhead is { } ahead)
        {
            text.Line($"A step had {ahead} ticks more than places counted, {recipe.Model.TickCount} at most.");
        }

        text.Line($"It tells all parities of **{figures.Accuracy:P1}** of {figures.Samples:N0} sequences that it has never seen,");
        text.Line($"with {figures.StepAccuracy:P2} of all places right.").Space();
        text.Table("on unseen sequences", [.. figures.Rows(words), FigureRow.Of("sequences", $"{figures.Samples:N0}"), context.TimeRow]);
        string tick = recipe.Model.TickCount == 1 ? "only" : recipe.UseMostCertain ? "most certain" : "last";
        text.Line($"An answer is the model's at its {tick} tick; a sequence counts when all of its places are right.\n");
        SaveLearning(context, figures, pictures);
        text.Line($"## Learning\n").Picture("learning.png", "Loss, accuracy, most certain tick and learning rate over the steps");
        if (recipe.Model.TickCount > 1)
        {
            Thinking(text, figures, words, pictures);
        }

        ClassificationReport.Calibration(text, figures, pictures);
        return text.End(context);
    }

    private static void Thinking(ReportText text, ParityFigures figures, TaskWords words, string pictures)
    {
        LearningCurves.SavePerTick(
            Path.Combine(pictures, "per-tick.png"),
            $"The answer at every tick, {figures.Samples} unseen sequences",
            [("right places", figures.PerTickAccuracy), ("whole sequences", figures.PerTickSequenceAccuracy)],
            figures.MeanTick);
        double[][] byPlace = [.. Enumerable.Range(0, figures.PerTickPositionAccuracy[0].Length)
            .Select(place => figures.PerTickPositionAccuracy.Select(tick => tick[place]).ToArray())];
        HeatMap.Save(Path.Combine(pictures, "places.png"), "Right answers by place and tick", ("place", "tick"), 1, byPlace);
        text.Line($"## Thinking\n").Picture("per-tick.png", "Accuracy at every tick");
        text.Picture("places.png", "Accuracy at every place and tick");
        text.Line($"Direction of reading: **{figures.Strategy}**. The tick from which a place stays right correlates with the place by");
        text.Line($"{figures.SettlingOrder:F2}; the place attended to correlates with the tick by");
        text.Line($"{figures.AttentionOrder ?? 0:F2} (strongest head).\n");
        ClassificationReport.Exits(text, figures, words);
    }

    private static void SaveLearning(ReportContext<ParityRecipe, ParityTask> context, ParityFigures figures, string pictures)
    {
        List<CountCurve> counts = [new CountCurve("tick", $"most certain tick, of {context.Recipe.Model.TickCount}")];
        if (context.Recipe.Lookahead is not null)
        {
            counts.Add(new CountCurve("reach", "places that the loss counts"));
        }

        LearningCurves.SaveLearning(
            Path.Combine(pictures, "learning.png"),
            context.Lines,
            (
                "Right places and whole sequences",
                [
                    new ShareCurve("step_accuracy", "places, train", "places, unseen", figures.StepAccuracy),
                    new ShareCurve("accuracy", "sequences, train", "sequences, unseen", figures.Accuracy),
                ]),
            ("Most certain tick", [.. counts]));
    }
}
