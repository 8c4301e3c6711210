using System.CommandLine;
using Ctm.Cli.Progress;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm eval</c>: the figures of a trained model on unseen samples.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> Source = new("RUN|CHECKPOINT") { Description = "A run folder, or a checkpoint folder." };
    private static readonly Option<string> Model = new("--model")
    {
        HelpName = "KIND",
        Description = $"The kind of model to expect: {string.Join(", ", MazeModels.Kinds)}; without it any.",
    };

    private static readonly Option<string> Device = Settings.Device();
    private static readonly Option<long?> Threads = Settings.Threads();
    private static readonly Option<long?> Limit = Settings.Number(
        "--limit", "N", "Mazes to answer; without it as many as after training.", 1);
    private static readonly Option<bool> Json = Settings.Json();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("eval", "Test a trained model on samples that it has never seen.")
        {
            Source, Model, Device, Threads, Limit, Json,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        (MazeRecipe recipe, string checkpoint, string? recorded) = Find(parsed.GetValue(Source)!);
        MazeSettings.Check(recipe);
        if (parsed.GetValue(Model) is { } kind)
        {
            MazeModels.Expect(recipe, kind);
        }

        int count = (int)(parsed.GetValue(Limit) ?? recipe.TestMazes);
        using ComputeDevice device = Settings.Open(parsed.GetValue(Device) ?? recorded, (int)(parsed.GetValue(Threads) ?? 0));
        using var task = new MazeTask(device, recipe);
        Checkpoint.LoadModel(checkpoint, task.Model);
        EvaluationFigures figures = EvaluationFigures.Of(task.EvaluateMazes(count, terminal.Cancellation));
        if (parsed.GetValue(Json))
        {
            FiguresView.PrintJson(terminal, FiguresView.ToJson(figures));
        }
        else
        {
            FiguresView.Print(terminal, figures);
        }

        return ExitCode.Done;
    }

    // A checkpoint inside of a run has the run's recipe; one that stands alone has what its configuration tells of the mazes.
    private static (MazeRecipe Recipe, string Checkpoint, string? Device) Find(string path)
    {
        if (!Directory.Exists(path))
        {
            string what = File.Exists(path) ? "it is a file: give the folder that it is in" : "there is no such folder";
            throw new DirectoryNotFoundException($"There is no run or checkpoint in '{path}': {what}.");
        }

        string parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) ?? path;
        foreach (string candidate in new[] { path, parent })
        {
            if (!RunFolder.IsRun(candidate))
            {
                continue;
            }

            RunFolder folder = RunFolder.Open(candidate);
            if (folder.ReadTask() is not "maze" and var other)
            {
                throw new TaskSettingException($"The run in '{candidate}' is of task {other}: only maze can be evaluated.");
            }

            RunConfiguration<MazeRecipe> configuration = folder.ReadConfiguration<MazeRecipe>();
            return (configuration.Recipe, candidate == path ? folder.Checkpoint : path, configuration.Device);
        }

        if (!File.Exists(Path.Combine(path, "config.json")))
        {
            throw new DirectoryNotFoundException($"There is no run or checkpoint in '{path}': it has no config.json.");
        }

        if (Checkpoint.LoadConfiguration(path) is not TickModelConfiguration model || model.ImageSize == 0 || model.Classes != MazeMoves.Count)
        {
            throw new TaskSettingException($"The checkpoint in '{path}' does not tell the size of its mazes: give the run folder.");
        }

        MazeRecipe recipe = MazeRecipe.Preset(MazeRecipe.Presets[0]) with
        {
            MazeSize = model.ImageSize,
            RouteLength = model.Positions,
            Model = model,
            UseMostCertain = MazeModels.UsesMostCertain(model.Kind),
        };
        return (recipe, path, null);
    }
}
