using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Reports;

/// <summary>The report of a maze run.</summary>
internal static class MazeReport
{
    /// <summary>Saves the pictures and gives the text.</summary>
    public static ReportText Make(ReportContext<MazeRecipe, MazeTask> context, string pictures)
    {
        MazeRecipe recipe = context.Recipe;
        var figures = (MazeFigures)context.Figures;
        ReportText text = Head(context, figures);
        SaveLearning(context, figures, pictures);
        text.Line($"## Learning\n").Picture("learning.png", "Loss, accuracy, curriculum and learning rate over the steps");
        if (recipe.Model.TickCount > 1)
        {
            LearningCurves.SavePerTick(
                Path.Combine(pictures, "per-tick.png"),
                $"The answer at every tick, {figures.Samples} unseen mazes",
                [("right moves", figures.PerTickAccuracy), ("solved mazes", figures.PerTickSolveRate)],
                figures.MeanTick);
            text.Line($"## Thinking\n").Picture("per-tick.png", "Accuracy at every tick");
            ClassificationReport.Exits(text, figures, context.Definition.Words);
        }

        foreach ((string file, string caption) in MazeSamples.Save(pictures, context.Task))
        {
            text.Picture(file, caption).Line($"{caption}\n");
        }

        if (figures.Reapplication is { } again)
        {
            text.Line($"## Again and again\n");
            text.Line($"Applied up to {again.Limit} times, each time from where its moves have led, it reaches the goal of");
            text.Line($"{again.Solved:P1} of the mazes, in {again.MeanApplications:F2} applications on average.\n");
            text.Line($"| moves to the goal | reached | mean applications | mazes |\n|---:|---:|---:|---:|");
            foreach (ReapplicationGroup group in again.ByRouteLength)
            {
                text.Line($"| {group.RouteLength:F1} | {group.Solved:P1} | {group.MeanApplications:F2} | {group.Count:N0} |");
            }

            text.Space();
        }

        ClassificationReport.Calibration(text, figures, pictures);
        return text.End(context);
    }

    private static ReportText Head(ReportContext<MazeRecipe, MazeTask> context, MazeFigures figures)
    {
        MazeRecipe recipe = context.Recipe;
        var text = new ReportText();
        text.Line($"# Mazes of {recipe.MazeSize} x {recipe.MazeSize}, preset {context.Configuration.Preset}").Space();
        text.Line($"{ModelNames.Of(recipe.Model.Kind)} of {context.Task.Parameters.Count:N0} parameters,");
        text.Line($"trained for {recipe.Training.Steps:N0} steps of {recipe.Batch} mazes.");
        text.Line($"It solves **{figures.SolveRate:P1}** of {figures.Samples:N0} mazes that it has never seen,");
        text.Line($"with {figures.StepAccuracy:P2} of all moves right.");
        if (figures.Forms is { } forms)
        {
            text.Line($"Shown in {forms.Readings} turned and mirrored forms, each answered at its own tick, and the logarithms of the probabilities averaged,");
            text.Line($"it solves **{forms.Accuracy:P1}**, with {forms.StepAccuracy:P2} of all moves right.");
        }

        text.Space();
        text.Table(
            "on unseen mazes",
            [
                FigureRow.Of("mazes solved, every move right", $"{figures.SolveRate:P2}"),
                FigureRow.Of("moves right", $"{figures.StepAccuracy:P2}"),
                FigureRow.Of("mean most certain tick", $"{figures.MeanTick:F2} of {recipe.Model.TickCount}"),
                FigureRow.Of("calibration error (ECE)", $"{figures.Ece:F4}"),
                FigureRow.Of("Brier score", $"{figures.Brier:F4}"),
                FigureRow.Of("strategy", $"{figures.Strategy ?? "not looked for"}"),
                FigureRow.Of("mazes", $"{figures.Samples:N0}"),
                context.TimeRow,
            ]);
        string tick = recipe.Model.TickCount == 1 ? "only" : recipe.UseMostCertain ? "most certain" : "last";
        text.Line($"An answer is the model's at its {tick} tick. A route counts as solved");
        return text.Line($"when all {recipe.RouteLength} predicted moves are right, the waits at the goal included.\n");
    }

    private static void SaveLearning(ReportContext<MazeRecipe, MazeTask> context, MazeFigures figures, string pictures)
    {
        MazeRecipe recipe = context.Recipe;
        LearningCurves.SaveLearning(
            Path.Combine(pictures, "learning.png"),
            context.Lines,
            (
                "Right moves and solved mazes",
                [
                    new ShareCurve("step_accuracy", "moves, train", "moves, unseen", figures.StepAccuracy),
                    new ShareCurve("solve_rate", "mazes, train", "mazes, unseen", figures.SolveRate),
                ]),
            (
                $"Curriculum reach, of {recipe.RouteLength} moves, and most certain tick",
                [
                    new CountCurve("reach", "moves that the loss counts"),
                    new CountCurve("tick", $"most certain tick, of {recipe.Model.TickCount}"),
                ]));
    }
}
