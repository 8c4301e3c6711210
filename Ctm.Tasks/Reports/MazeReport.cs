using System.Globalization;
using System.Text;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Reports;

/// <summary>Writes <c>report.md</c> and its pictures into a run folder.</summary>
public static class MazeReport
{
    /// <summary>Writes the report; an older one is replaced.</summary>
    /// <param name="folder">The run folder, with its metrics.</param>
    /// <param name="configuration">The run's settings.</param>
    /// <param name="task">The trained model.</param>
    /// <param name="figures">Its figures on unseen mazes.</param>
    /// <param name="elapsed">Time spent on training.</param>
    public static void Write(
        RunFolder folder, RunConfiguration<MazeRecipe> configuration, MazeTask task, EvaluationFigures figures, TimeSpan elapsed)
    {
        IReadOnlyList<(string File, string Caption)> samples = [];
        AtomicDirectory.Replace(folder.Pictures, path =>
        {
            IReadOnlyList<MetricsLine> lines = folder.Metrics.Read();
            MazeCurves.SaveLearning(Path.Combine(path, "learning.png"), lines, configuration.Recipe, figures);
            if (configuration.Recipe.Model.TickCount > 1)
            {
                MazeCurves.SavePerTick(Path.Combine(path, "per-tick.png"), figures);
            }

            samples = MazeSamples.Save(path, task);
        });
        AtomicFile.WriteText(folder.Report, Text(configuration, task, figures, elapsed, samples));
    }

    /// <summary>The command that makes the run again.</summary>
    public static string Command(RunConfiguration<MazeRecipe> configuration, string device)
    {
        string kind = configuration.Recipe.Model.Kind;
        string model = kind == ModelKinds.Default ? string.Empty : $" --model {kind}";
        var text = new StringBuilder($"ctm train maze --preset {configuration.Preset}{model} --device {device}");
        foreach (string setting in RecipeSettings.Differences(MazeRecipe.Preset(configuration.Preset, kind), configuration.Recipe))
        {
            string key = RecipeSettings.KeyOf(setting), value = setting[(key.Length + 1)..];
            text.Append(key is "steps" or "seed" ? $" --{key} {value}" : $" --set {setting}");
        }

        return text.ToString();
    }

    private static string Text(
        RunConfiguration<MazeRecipe> configuration,
        MazeTask task,
        EvaluationFigures figures,
        TimeSpan elapsed,
        IReadOnlyList<(string File, string Caption)> samples)
    {
        MazeRecipe recipe = configuration.Recipe;
        var text = new StringBuilder();
        Line(text, $"# Mazes of {recipe.MazeSize} x {recipe.MazeSize}, preset {configuration.Preset}");
        Line(text, $"");
        Line(text, $"{MazeModels.NameOf(recipe.Model.Kind)} of {task.Parameters.Count:N0} parameters,");
        Line(text, $"trained for {recipe.Training.Steps:N0} steps of {recipe.Batch} mazes.");
        Line(text, $"It solves **{figures.SolveRate:P1}** of {figures.Samples:N0} mazes that it has never seen,");
        Line(text, $"with {figures.StepAccuracy:P2} of all moves right.");
        Line(text, $"");
        Line(text, $"| on unseen mazes | |\n|---|---:|");
        Line(text, $"| mazes solved, every move right | {figures.SolveRate:P2} |");
        Line(text, $"| moves right | {figures.StepAccuracy:P2} |");
        Line(text, $"| mean most certain tick | {figures.MeanTick:F2} of {recipe.Model.TickCount} |");
        Line(text, $"| calibration error (ECE) | {figures.Ece:F4} |");
        Line(text, $"| Brier score | {figures.Brier:F4} |");
        Line(text, $"| mazes | {figures.Samples:N0} |");
        Line(text, $"| time of training | {Duration(elapsed)} on `{task.Device.Name}` ({task.Device.Description}) |");
        Line(text, $"");
        string tick = recipe.Model.TickCount == 1 ? "only" : recipe.UseMostCertain ? "most certain" : "last";
        Line(text, $"An answer is the model's at its {tick} tick. A route counts as solved");
        Line(text, $"when all {recipe.RouteLength} predicted moves are right, the waits at the goal included.\n");
        Line(text, $"## Learning\n\n![Loss, accuracy, curriculum and learning rate over the steps](report/learning.png)\n");
        if (recipe.Model.TickCount > 1)
        {
            Thinking(text, figures);
        }

        foreach ((string file, string caption) in samples)
        {
            Line(text, $"![{caption}](report/{file})\n\n{caption}\n");
        }

        Line(text, $"## Again\n\n```\n{Command(configuration, task.Device.Name)}\n```\n");
        Line(text, $"## Settings\n\n```json\n{JsonFiles.ToText(recipe).TrimEnd()}\n```");
        return text.ToString();
    }

    private static void Thinking(StringBuilder text, EvaluationFigures figures)
    {
        Line(text, $"## Thinking\n\n![Accuracy at every tick](report/per-tick.png)\n");
        Line(text, $"Stopping as soon as the certainty reaches a threshold gives:\n");
        Line(text, $"| certainty | mazes that reach it | solved | mean ticks |\n|---:|---:|---:|---:|");
        foreach (ExitPoint exit in figures.ExitAt)
        {
            Line(text, $"| {exit.Threshold:F2} | {exit.Share:P1} | {exit.Accuracy:P1} | {exit.MeanTicks:F2} |");
        }

        Line(text, $"");
    }

    private static string Duration(TimeSpan time) => time.TotalSeconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
