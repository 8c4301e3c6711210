using System.Diagnostics;
using System.Globalization;
using Ctm.Engine.Training;
using Ctm.Tasks.Mazes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ctm.Cli.Progress;

/// <summary>Trains while showing how it goes: a live view on a terminal, one line a report elsewhere.</summary>
internal static class TrainingView
{
    private const int RefreshMilliseconds = 250;

    /// <summary>Trains; with <paramref name="onError"/> standard output stays free for the result.</summary>
    public static MazeRunResult Show(Terminal terminal, bool onError, MazeRun run)
    {
        int size = run.Task.Recipe.MazeSize;
        TextWriter writer = onError ? terminal.Error : terminal.Output;
        writer.WriteLine(FormattableString.Invariant(
            $"maze {size} x {size}, preset {run.Configuration.Preset}, model {run.Task.Recipe.Model.Kind}, {run.Task.Parameters.Count:N0} parameters, ")
            + $"on {run.Task.Device.Name} ({run.Task.Device.Description})");
        writer.WriteLine($"run folder: {run.Folder.Location}");
        IAnsiConsole console = terminal.Draw(onError);
        bool live = (onError ? terminal.IsErrorLive : terminal.IsOutputLive) && console.Profile.Capabilities.Ansi;
        return live ? Live(console, run, terminal.Cancellation) : run.Train(new Lines(writer), terminal.Cancellation);
    }

    private static MazeRunResult Live(IAnsiConsole console, MazeRun run, CancellationToken cancellation)
    {
        var latest = new Latest();
        Task<MazeRunResult> training = Task.Run(() => run.Train(latest, cancellation), CancellationToken.None);
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

    private static Grid Render(MazeRun run, TrainingProgress? latest, long first, TimeSpan time)
    {
        long step = run.Step, steps = run.Configuration.Recipe.Training.Steps;
        double rate = latest?.StepsPerSecond is > 0 and { } r ? r : (step - first) / Math.Max(0.001, time.TotalSeconds);
        TimeSpan left = TimeSpan.FromSeconds(Math.Min(rate > 0 ? (steps - step) / rate : 0, 3e8));
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row(grid, "step", $"{step:N0} of {steps:N0}  {Bar((double)step / steps)}  {(double)step / steps:P1}");
        Row(grid, "time", $"{FiguresView.Duration(time)} gone, {FiguresView.Duration(left)} left, {rate:F1} steps/s");
        if (latest is not null)
        {
            Row(grid, "loss", $"{latest.Loss:F4}   gradient {latest.GradientNorm:G3}   learning rate {latest.LearningRate:G3}");
            Row(grid, "training batch", $"{Measures(latest.Measures)}");
        }

        if (latest?.Evaluation is { } unseen)
        {
            Row(grid, "unseen mazes", $"{Measures(unseen)}");
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

    private static string Measures(IReadOnlyDictionary<string, double> measures) =>
        string.Join(", ", measures.Select(m => m.Key switch
        {
            "step_accuracy" => string.Create(CultureInfo.InvariantCulture, $"moves right {m.Value:P1}"),
            "solve_rate" => string.Create(CultureInfo.InvariantCulture, $"solved {m.Value:P1}"),
            "reach" => string.Create(CultureInfo.InvariantCulture, $"curriculum reach {m.Value:F1}"),
            "tick" => string.Create(CultureInfo.InvariantCulture, $"certainty tick {m.Value:F1}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:G4}"),
        }));

    /// <summary>Keeps the newest report, and the newest evaluation with it.</summary>
    private sealed class Latest : IProgress<TrainingProgress>
    {
        private volatile TrainingProgress? value;

        public TrainingProgress? Value => value;

        public void Report(TrainingProgress progress) => value = progress with { Evaluation = progress.Evaluation ?? value?.Evaluation };
    }

    private sealed class Lines(TextWriter writer) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress p)
        {
            string unseen = p.Evaluation is null ? string.Empty : $"; unseen: {Measures(p.Evaluation)}";
            writer.WriteLine(FormattableString.Invariant(
                $"step {p.Step}/{p.Steps}, loss {p.Loss:F4}, {Measures(p.Measures)}{unseen}; {p.StepsPerSecond:F1} steps/s, ")
                + $"{FiguresView.Duration(p.Elapsed)} gone, {FiguresView.Duration(p.Remaining)} left");
            writer.Flush();
        }
    }
}
