using System.Diagnostics;
using Ctm.Engine.Training;
using Ctm.Tasks.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ctm.Cli.Progress;

/// <summary>Trains while showing how it goes: a live view on a terminal, one line a report elsewhere.</summary>
internal static class TrainingView
{
    private const int RefreshMilliseconds = 250;

    /// <summary>Trains; with <paramref name="onError"/> standard output stays free for the result.</summary>
    public static TaskRunResult Show(Terminal terminal, bool onError, ITaskRun run)
    {
        TextWriter writer = onError ? terminal.Error : terminal.Output;
        writer.WriteLine(FormattableString.Invariant(
            $"{run.Title}, preset {run.Preset}, model {run.Model}, {run.ParameterCount:N0} parameters, ")
            + $"on {run.Device.Name} ({run.Device.Description})");
        writer.WriteLine($"run folder: {run.Folder.Location}");
        IAnsiConsole console = terminal.Draw(onError);
        bool live = (onError ? terminal.IsErrorLive : terminal.IsOutputLive) && console.Profile.Capabilities.Ansi;
        return live ? Live(console, run, terminal.Cancellation) : run.Train(new Lines(writer, run.Task.Words), terminal.Cancellation);
    }

    private static TaskRunResult Live(IAnsiConsole console, ITaskRun run, CancellationToken cancellation)
    {
        var latest = new Latest();
        Task<TaskRunResult> training = Task.Run(() => run.Train(latest, cancellation), CancellationToken.None);
        long first = run.Step;
        var clock = Stopwatch.StartNew();
        console.Live(Text.Empty).AutoClear(false).Start(context =>
        {
            while (!Task.WaitAny([training], RefreshMilliseconds).Equals(0))
            {
                context.UpdateTarget(Render(run, latest.Value, first, clock.Elapsed));
            }

            context.UpdateTarget(Render(run, latest.Value, first, clock.Elapsed));
        });
        return training.GetAwaiter().GetResult();
    }

    private static Grid Render(ITaskRun run, TrainingProgress? latest, long first, TimeSpan time)
    {
        TaskWords words = run.Task.Words;
        long step = run.Step, steps = run.Steps;
        double rate = latest?.StepsPerSecond is > 0 and { } r ? r : (step - first) / Math.Max(0.001, time.TotalSeconds);
        TimeSpan left = TimeSpan.FromSeconds(Math.Min(rate > 0 ? (steps - step) / rate : 0, 3e8));
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row(grid, "step", $"{step:N0} of {steps:N0}  {Bar((double)step / steps)}  {(double)step / steps:P1}");
        Row(grid, "time", $"{FiguresView.Duration(time)} gone, {FiguresView.Duration(left)} left, {rate:F1} steps/s");
        if (latest is not null)
        {
            Row(grid, "loss", $"{latest.Loss:F4}   gradient {latest.GradientNorm:G3}   learning rate {latest.LearningRate:G3}");
            Row(grid, "training batch", $"{words.Describe(latest.Measures)}");
        }

        if (latest?.Evaluation is { } unseen)
        {
            Row(grid, $"unseen {words.Samples}", $"{words.Describe(unseen)}");
        }

        return grid;
    }

    private static void Row(Grid grid, string name, FormattableString value) =>
        grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(FormattableString.Invariant(value)));

    private static string Bar(double share)
    {
        const int width = 30;
        int full = (int)Math.Clamp(share * width, 0, width);
        return new string('#', full) + new string('.', width - full);
    }

    /// <summary>Keeps the newest report, and the newest evaluation with it.</summary>
    private sealed class Latest : IProgress<TrainingProgress>
    {
        private volatile TrainingProgress? value;

        public TrainingProgress? Value => value;

        public void Report(TrainingProgress progress) => value = progress with { Evaluation = progress.Evaluation ?? value?.Evaluation };
    }

    private sealed class Lines(TextWriter writer, TaskWords words) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress p)
        {
            string unseen = p.Evaluation is null ? string.Empty : $"; unseen: {words.Describe(p.Evaluation)}";
            writer.WriteLine(FormattableString.Invariant(
                $"step {p.Step}/{p.Steps}, loss {p.Loss:F4}, {words.Describe(p.Measures)}{unseen}; {p.StepsPerSecond:F1} steps/s, ")
                + $"{FiguresView.Duration(p.Elapsed)} gone, {FiguresView.Duration(p.Remaining)} left");
            writer.Flush();
        }
    }
}
