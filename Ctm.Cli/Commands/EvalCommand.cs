using System.CommandLine;
using Ctm.Cli.Progress;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm eval</c>: the figures of a trained model on unseen samples.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> Source = new("RUN|CHECKPOINT") { Description = "A run folder, or a checkpoint folder." };
    private static readonly Option<string> Model = new("--model")
    {
        HelpName = "KIND",
        Description = "The kind of model to expect; without it any.",
    };

    private static readonly Option<string> Device = Settings.Device();
    private static readonly Option<long?> Threads = Settings.Threads();
    private static readonly Option<long?> Limit = Settings.Number(
        "--limit", "N", "Samples to answer; without it as many as after training.", 1);

    private static readonly Option<double?> StopAt = new("--stop-at")
    {
        HelpName = "CERTAINTY",
        Description = "Also measure what stopping at this certainty, above 0 and up to 1, saves.",
    };

    private static readonly Option<string[]> Set = Settings.Set(
        "Change a setting of the run for the test, such as iterations=10 for fewer ticks; may be given several times.");

    private static readonly Option<bool> Json = Settings.Json();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("eval", "Test a trained model on samples that it has never seen.")
        {
            Source, Model, Device, Threads, Limit, StopAt, Set, Json,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        (ITaskPlan found, string checkpoint) = Find(parsed.GetValue(Source)!);
        if (parsed.GetValue(Model) is { } kind)
        {
            found.Task.CheckModel(kind);
            if (found.Model != kind)
            {
                throw new TaskSettingException($"The model is '{found.Model}', not '{kind}': leave --model out, or give another run.");
            }
        }

        double? stopAt = parsed.GetValue(StopAt);
        if (stopAt is not (null or (> 0 and <= 1)))
        {
            throw new TaskSettingException(
                FormattableString.Invariant($"--stop-at is {stopAt}, it must be a certainty above 0 and up to 1, such as 0.9."));
        }

        ITaskPlan plan = found.With(parsed.GetValue(Set)!);
        using ComputeDevice device = Settings.Open(parsed.GetValue(Device) ?? plan.Device, (int)(parsed.GetValue(Threads) ?? 0));
        var limit = (int?)parsed.GetValue(Limit);

        // First, since it fails at once for tasks whose models do not stop.
        StoppingFigures? stopping = stopAt is { } threshold
            ? plan.MeasureStopping(checkpoint, device, threshold, limit, terminal.Cancellation)
            : null;
        EvaluationFigures figures = plan.Evaluate(checkpoint, device, limit, terminal.Cancellation);
        if (parsed.GetValue(Json))
        {
            FiguresView.PrintJson(terminal, FiguresView.ToJson(figures, stopping));
        }
        else
        {
            FiguresView.Print(terminal, plan.Task, figures, stopping: stopping);
        }

        return ExitCode.Done;
    }

    // A checkpoint inside of a run has the run's recipe; one that stands alone has what its configuration tells of its task.
    private static (ITaskPlan Plan, string Checkpoint) Find(string path)
    {
        if (!Directory.Exists(path))
        {
            string what = File.Exists(path) ? "it is a file: give the folder that it is in" : "there is no such folder";
            throw new DirectoryNotFoundException($"There is no run or checkpoint in '{path}': {what}.");
        }

        string parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) ?? path;
        foreach (string candidate in new[] { path, parent })
        {
            if (RunFolder.IsRun(candidate))
            {
                RunFolder folder = RunFolder.Open(candidate);
                return (TaskRegistry.Of(folder).Open(folder), candidate == path ? folder.Checkpoint : path);
            }
        }

        if (!File.Exists(Path.Combine(path, "config.json")))
        {
            throw new DirectoryNotFoundException($"There is no run or checkpoint in '{path}': it has no config.json.");
        }

        ITaskPlan plan = TaskRegistry.Recognize(Checkpoint.LoadConfiguration(path))
            ?? throw new TaskSettingException(
                $"The checkpoint in '{path}' does not tell its task and the size of its samples: give the run folder.");
        return (plan, path);
    }
}
