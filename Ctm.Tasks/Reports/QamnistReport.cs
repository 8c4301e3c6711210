using Ctm.Tasks.Questions;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Reports;

/// <summary>The report of a Q&amp;A MNIST run.</summary>
internal static class QamnistReport
{
    /// <summary>Saves the pictures and gives the text.</summary>
    public static ReportText Make(ReportContext<QamnistRecipe, QamnistTask> context, string pictures)
    {
        QamnistRecipe recipe = context.Recipe;
        var figures = (QamnistFigures)context.Figures;
        TaskWords words = context.Definition.Words;
        int answerTicks = figures.PerTickAccuracy.Length;
        var text = new ReportText();
        text.Line($"# Questions about up to {recipe.MaxDigits} digits, preset {context.Configuration.Preset}").Space();
        text.Line($"{ModelNames.Of(recipe.Model.Kind)} of {context.Task.Parameters.Count:N0} parameters,");
        text.Line($"trained for {recipe.Training.Steps:N0} steps of {recipe.Batch} questions.");
        if (recipe.RampSteps > 0)
        {
            text.Line($"The most digits and operations grew over the first {recipe.RampSteps:N0} steps.");
        }

        if (recipe.LargestOf > 1)
        {
            text.Line($"Both numbers were the largest of {recipe.LargestOf} draws.");
        }

        if (recipe.RunningResults)
        {
            text.Line($"It was also asked for the result so far, at every operator.");
        }

        text.Line($"It answers **{figures.Accuracy:P1}** of {figures.Samples:N0} questions about digits that it has never seen,");
        text.Line($"each with {recipe.MaxDigits} digits and {recipe.MaxOperations} operations modulo {QuestionBatch.Modulus}.").Space();
        text.Table("on unseen digits", [.. figures.Rows(words), FigureRow.Of("questions", $"{figures.Samples:N0}"), context.TimeRow]);
        LearningCurves.SaveLearning(
            Path.Combine(pictures, "learning.png"),
            context.Lines,
            ("Right answers", [new ShareCurve("accuracy", "answers, train", "answers, unseen", figures.Accuracy)]),
            ("Most certain answer tick", [new CountCurve("tick", $"most certain, of {answerTicks}")]));
        text.Line($"## Learning\n").Picture("learning.png", "Loss, accuracy, most certain answer tick and learning rate over the steps");
        if (answerTicks > 1)
        {
            LearningCurves.SavePerTick(
                Path.Combine(pictures, "per-tick.png"),
                $"The answer at every answer tick, {figures.Samples} questions",
                [("right answers", figures.PerTickAccuracy)],
                figures.MeanTick);
            text.Line($"## Answering\n").Picture("per-tick.png", "Accuracy at every answer tick");
            ClassificationReport.Exits(text, figures, words);
        }

        Grid(text, figures, recipe, pictures);
        ClassificationReport.Calibration(text, figures, pictures);
        return text.End(context);
    }

    private static void Grid(ReportText text, QamnistFigures figures, QamnistRecipe recipe, string pictures)
    {
        if (figures.Grid is not { Length: > 1 } grid)
        {
            return;
        }

        HeatMap.Save(Path.Combine(pictures, "grid.png"), "Right answers by digits and operations", ("digits", "operations"), 1, grid);
        text.Line($"## More digits and operations\n").Picture("grid.png", "Accuracy by digits and operations");
        text.Line($"It was trained with {recipe.MinDigits} to {recipe.MaxDigits} digits");
        text.Line($"and {recipe.MinOperations} to {recipe.MaxOperations} operations.\n");
    }
}
