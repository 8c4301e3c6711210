using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Cli.Progress;
using Ctm.Engine.Files;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Runs;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm train</c>: trains a task's model and leaves a run folder.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> Task = new("TASK") { Description = $"What to train: {TaskRegistry.Names}." };

    private static readonly Option<string> Preset = new("--preset")
    {
        HelpName = "NAME",
        Description = $"The settings to begin with; without it the first of the task's. {Lists(task => task.Presets)}",
    };

    private static readonly Option<string> Model = new("--model")
    {
        HelpName = "KIND",
        Description = $"The model to train, of about the same size; without it the first of the task's. {Lists(task => task.Models)}",
    };

    private static readonly Option<string> Device = Settings.Device();
    private static readonly Option<long?> Threads = Settings.Threads();
    private static readonly Option<long?> Steps = Settings.Number("--steps", "N", "Steps to train.", 1, long.MaxValue);
    private static readonly Option<long?> Seed = Settings.Number(
        "--seed", "S", "Seed of start values, samples and dropout.", 0, long.MaxValue);

    private static readonly Option<string> Out = new("--out")
    {
        HelpName = "DIR",
        Description = "The run folder; without it runs/TASK-PRESET-TIME.",
    };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on with the run in --out." };

    private static readonly Option<string[]> Set = Settings.Set(
        "Change a setting of the preset, such as learning_rate=5e-4; may be given several times.");

    private static readonly Option<bool> Json = Settings.Json();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("train", "Train a model on a task and write a run folder.")
        {
            Task, Preset, Model, Device, Threads, Steps, Seed, Out, Resume, Set, Json,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    private static string Lists(Func<TaskDefinition, IEnumerable<string>> names) =>
        string.Join("; ", TaskRegistry.All.Select(task => $"{task.Name}: {string.Join(", ", names(task))}")) + ".";

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        string name = parsed.GetValue(Task)!;
        TaskDefinition task = TaskRegistry.Find(name)
            ?? throw new UsageException($"There is no task '{name}': the tasks are {TaskRegistry.Names}.");
        bool json = parsed.GetValue(Json);
        int threads = (int)(parsed.GetValue(Threads) ?? 0);
        using Prepared prepared = parsed.GetValue(Resume) ? Continue(parsed, task, threads) : Begin(parsed, task, threads);
        ITaskRun run = prepared.Run;
        try
        {
            TaskRunResult result = TrainingView.Show(terminal, json, run);
            Print(terminal, json, run, result);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (terminal.Cancellation.IsCancellationRequested)
        {
            string text = FormattableString.Invariant(
                $"Interrupted after {run.Step} steps, all saved; go on with: ctm train {name} --resume --out {run.Folder.Location}");
            return CommandLine.Fail(terminal, text, ExitCode.Interrupted);
        }
    }

    private static Prepared Begin(ParseResult parsed, TaskDefinition task, int threads)
    {
        string preset = parsed.GetValue(Preset) ?? task.Presets[0], kind = parsed.GetValue(Model) ?? task.Models[0];
        var settings = parsed.GetValue(Set)!.ToList();
        foreach (Option<long?> option in new[] { Steps, Seed })
        {
            if (parsed.GetValue(option) is { } value)
            {
                settings.Add(FormattableString.Invariant($"{option.Name.TrimStart('-')}={value}"));
            }
        }

        ITaskPlan plan = task.Plan(preset, kind, settings);
        string name = kind == task.Models[0] ? preset : $"{preset}-{kind}";
        string folder = parsed.GetValue(Out) ?? Path.Combine(
            "runs", $"{task.Name}-{name}-{DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        RunFolder.CheckFree(folder);
        return Prepared.Of(Settings.Open(parsed.GetValue(Device), threads), device => plan.Start(folder, device));
    }

    private static Prepared Continue(ParseResult parsed, TaskDefinition task, int threads)
    {
        foreach (Option option in new Option[] { Preset, Model, Steps, Seed, Set })
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"--resume goes on with the settings of the run: leave out {option.Name}.");
            }
        }

        string path = parsed.GetValue(Out) ?? throw new UsageException("--resume needs --out with the folder of the run.");
        RunFolder folder = RunFolder.Open(path);
        if (folder.ReadTask() is var other && other != task.Name)
        {
            throw new UsageException($"The run in '{path}' is of task {other}, not {task.Name}.");
        }

        ITaskPlan plan = task.Open(folder);
        return Prepared.Of(Settings.Open(parsed.GetValue(Device) ?? plan.Device, threads), device => plan.Resume(folder, device));
    }

    private static void Print(Terminal terminal, bool json, ITaskRun run, TaskRunResult result)
    {
        if (!json)
        {
            FiguresView.Print(terminal, run.Task, result.Figures, result.Elapsed, result.Report, memory: result.Memory);
            return;
        }

        JsonObject figures = FiguresView.ToJson(result.Figures);
        figures["model"] = run.Model;
        figures["preset"] = run.Preset;
        figures["device"] = run.Device.Name;
        figures["run"] = run.Folder.Location;
        figures["report"] = result.Report;
        figures["parameters"] = run.ParameterCount;
        figures["steps"] = result.Steps;
        figures["seconds"] = result.Elapsed.TotalSeconds;
        figures["memory"] = JsonSerializer.SerializeToNode(result.Memory, JsonFiles.Options);
        FiguresView.PrintJson(terminal, figures);
    }

    private sealed record Prepared(ComputeDevice Device, ITaskRun Run) : IDisposable
    {
        public static Prepared Of(ComputeDevice device, Func<ComputeDevice, ITaskRun> make)
        {
            try
            {
                return new Prepared(device, make(device));
            }
            catch
            {
                device.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            Run.Dispose();
            Device.Dispose();
        }
    }
}
