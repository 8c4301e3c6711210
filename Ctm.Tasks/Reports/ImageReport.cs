using Ctm.Tasks.Images;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Reports;

/// <summary>The report of a run on labelled pictures.</summary>
internal static class ImageReport
{
    private const int MostClasses = 20;

    /// <summary>Saves the pictures and gives the text.</summary>
    public static ReportText Make(ReportContext<ImageRecipe, ImageTask> context, string pictures)
    {
        ImageRecipe recipe = context.Recipe;
        var figures = (ImageFigures)context.Figures;
        TaskWords words = context.Definition.Words;
        var text = new ReportText();
        text.Line($"# {context.Task.Title}, preset {context.Configuration.Preset}").Space();
        text.Line($"{ModelNames.Of(recipe.Model.Kind)} of {context.Task.Parameters.Count:N0} parameters,");
        text.Line($"trained for {recipe.Training.Steps:N0} steps of {recipe.Batch} pictures.");
        text.Line($"It tells what **{figures.Accuracy:P2}** of {figures.Samples:N0} pictures show that it has never seen.").Space();
        text.Table("on unseen pictures", [.. figures.Rows(words), FigureRow.Of("pictures", $"{figures.Samples:N0}"), context.TimeRow]);
        string tick = recipe.Model.TickCount == 1 ? "only" : recipe.UseMostCertain ? "most certain" : "last";
        text.Line($"An answer is the model's at its {tick} tick, unless a row says otherwise.").Space();
        LearningCurves.SaveLearning(
            Path.Combine(pictures, "learning.png"),
            context.Lines,
            ("Right answers", [new ShareCurve("accuracy", "train", "unseen", figures.Accuracy)]),
            ("Most certain tick", [new CountCurve("tick", $"most certain tick, of {recipe.Model.TickCount}")]));
        text.Line($"## Learning\n").Picture("learning.png", "Loss, accuracy, most certain tick and learning rate over the steps");
        if (recipe.Model.TickCount > 1)
        {
            LearningCurves.SavePerTick(
                Path.Combine(pictures, "per-tick.png"),
                $"The answer at every tick, {figures.Samples} unseen pictures",
                [("right", figures.PerTickAccuracy)],
                figures.MeanTick);
            text.Line($"## Thinking\n").Picture("per-tick.png", "Accuracy at every tick");
            ClassificationReport.Exits(text, figures, words);
        }

        Classes(text, context.Task.ClassNames, figures.PerClassAccuracy);
        ClassificationReport.Calibration(text, figures, pictures);
        return text.End(context);
    }

    private static void Classes(ReportText text, IReadOnlyList<string> names, double[] accuracies)
    {
        (string Name, double Accuracy)[] classes = [.. names.Zip(accuracies)];
        bool areMany = classes.Length > MostClasses;
        string which = areMany ? FormattableString.Invariant($", the {MostClasses} hardest") : string.Empty;
        text.Line($"## Classes{which}\n");
        IEnumerable<(string Name, double Accuracy)> shown = areMany ? classes.OrderBy(c => c.Accuracy).Take(MostClasses) : classes;
        text.Table("class", shown.Select(c => FigureRow.Of(c.Name, $"{c.Accuracy:P1}")));
    }
}
