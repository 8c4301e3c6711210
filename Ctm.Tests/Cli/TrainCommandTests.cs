using System.Text.Json;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Cli;

[TestFixture]
internal sealed class TrainCommandTests
{
    [Test]
    public void Train_Smoke_LeavesTheWholeRunFolderAndEvalPrintsItsFigures()
    {
        using var folder = new TemporaryFolder();
        CliRun train = CliRun.Train(folder["run"], "--json");

        Assert.That(train.Code, Is.Zero, train.Error);
        string[] files =
        [
            "config.json", "metrics.jsonl", "report.md", "checkpoint/model.safetensors", "checkpoint/config.json",
            "checkpoint/optimizer.safetensors", "checkpoint/training.json", "report/learning.png", "report/per-tick.png",
            "report/calibration.png",
        ];
        Assert.That(files.Where(file => !File.Exists(Path.Combine(folder["run"], file))), Is.Empty);
        CliRun eval = CliRun.Of("eval", folder["run"], "--json");
        Assert.That(eval.Code, Is.Zero, eval.Error);
        using JsonDocument trained = JsonDocument.Parse(train.Output), evaluated = JsonDocument.Parse(eval.Output);
        string[] keys =
        [
            "task", "samples", "accuracy", "step_accuracy", "solve_rate", "mean_tick", "ece", "brier", "per_tick_accuracy",
            "per_tick_solve_rate", "exit_at", "last_tick_accuracy", "reliability", "running_mean_brier", "best_tick", "overthinking",
            "most_certain_calibration", "last_tick_calibration", "dynamics", "settling_order",
            "strategy", "attention_order", "backward_steps",
        ];
        Assert.That(evaluated.RootElement.EnumerateObject().Select(p => p.Name), Is.EquivalentTo(keys));
        JsonElement memory = trained.RootElement.GetProperty("memory");
        long OfMemory(string name) => memory.GetProperty(name).GetInt64();
        Assert.That(OfMemory("activation_bytes_per_tick"), Is.Positive.And.LessThan(OfMemory("activation_bytes")));
        Assert.That(OfMemory("peak_bytes"), Is.GreaterThan(OfMemory("activation_bytes")));
        foreach (JsonProperty figure in evaluated.RootElement.EnumerateObject())
        {
            Assert.That(figure.Value.GetRawText(), Is.EqualTo(trained.RootElement.GetProperty(figure.Name).GetRawText()), figure.Name);
        }

        Assert.That(evaluated.RootElement.GetProperty("samples").GetInt32(), Is.EqualTo(20));
        Assert.That(CliRun.Of("eval", Path.Combine(folder["run"], "checkpoint"), "--json").Output, Is.EqualTo(eval.Output));
        Assert.That(CliRun.Of("eval", folder["run"], "--limit", "7", "--json").Output, Does.Contain("\"samples\": 7"));
        CliRun shorter = CliRun.Of("eval", folder["run"], "--set", "iterations=3", "--json");
        using JsonDocument three = JsonDocument.Parse(shorter.Output);
        JsonElement all = evaluated.RootElement.GetProperty("per_tick_accuracy");
        JsonElement first = three.RootElement.GetProperty("per_tick_accuracy");
        Assert.That(first.EnumerateArray().Select(v => v.GetDouble()), Is.EqualTo(all.EnumerateArray().Take(3).Select(v => v.GetDouble())));
    }

    [Test]
    public void Train_Smoke_WritesReportsAndLinksToPicturesThatAreThere()
    {
        using var folder = new TemporaryFolder();
        CliRun train = CliRun.Train(folder["run"]);

        Assert.That(train.Code, Is.Zero, train.Error);
        Assert.That(train.Error, Is.Empty);
        Assert.That(train.Output, Does.Contain("step 5/20").And.Contain("step 20/20").And.Contain("moves right").And.Contain("report.md"));
        IReadOnlyList<MetricsLine> lines = RunFolder.Open(folder["run"]).Metrics.Read();
        Assert.That(lines.Select(line => line.Step), Is.EqualTo(new long[] { 5, 10, 15, 20, 20 }));
        Assert.That(lines[^1].Final!.Samples, Is.EqualTo(20));
        Assert.That(lines[3].Test!.Keys, Is.EquivalentTo(new[] { "step_accuracy", "solve_rate", "tick" }));
        string report = File.ReadAllText(Path.Combine(folder["run"], "report.md"));
        string[] pictures = [.. report.Split("](").Skip(1).Select(part => part[..part.IndexOf(')', StringComparison.Ordinal)])];
        Assert.That(pictures, Has.Length.GreaterThanOrEqualTo(3));
        Assert.That(pictures.Where(picture => !File.Exists(Path.Combine(folder["run"], picture))), Is.Empty);
        Assert.That(report, Does.Contain(
            "ctm train maze --preset smoke --device cpu --set test_mazes=20 --set probe_mazes=10 "
            + "--steps 20 --set report_every=5 --set save_every=8"));
    }

    [TestCase("lstm", "An LSTM of", "at its last tick", "answer is that of tick 6 of 6")]
    [TestCase("ff", "A feed-forward network of", "at its only tick", "answer is that of tick 1 of 1")]
    [TestCase("transformer", "A transformer of", "at its most certain tick", "of 3.")]
    public void Train_OtherModel_ReportsItAndEvalPrintsItsFigures(string kind, string name, string tick, string caption)
    {
        using var folder = new TemporaryFolder();
        CliRun train = CliRun.Train(folder["run"], "--model", kind, "--json");

        Assert.That(train.Code, Is.Zero, train.Error);
        Assert.That(train.Error, Does.Contain($"preset smoke, model {kind}, "));
        string report = File.ReadAllText(Path.Combine(folder["run"], "report.md"));
        Assert.That(report, Does.Contain(name).And.Contain(tick).And.Contain(caption).And.Contain($"--preset smoke --model {kind} --device cpu --set"));
        string[] pictures = [.. report.Split("](").Skip(1).Select(part => part[..part.IndexOf(')', StringComparison.Ordinal)])];
        Assert.That(pictures.Where(picture => !File.Exists(Path.Combine(folder["run"], picture))), Is.Empty);
        CliRun eval = CliRun.Of("eval", folder["run"], "--model", kind, "--json");
        Assert.That(eval.Code, Is.Zero, eval.Error);
        CliRun other = CliRun.Of("eval", folder["run"], "--model", "ctm");
        Assert.That((other.Code, other.Error), Is.EqualTo((2, $"ctm: The model is '{kind}', not 'ctm': leave --model out, or give another run.\n")));
        using JsonDocument trained = JsonDocument.Parse(train.Output), evaluated = JsonDocument.Parse(eval.Output);
        Assert.That(trained.RootElement.GetProperty("model").GetString(), Is.EqualTo(kind));
        foreach (JsonProperty figure in evaluated.RootElement.EnumerateObject())
        {
            Assert.That(figure.Value.GetRawText(), Is.EqualTo(trained.RootElement.GetProperty(figure.Name).GetRawText()), figure.Name);
        }

        string alone = folder["alone"];
        Directory.Move(Path.Combine(folder["run"], "checkpoint"), alone);
        Assert.That(CliRun.Of("eval", alone, "--limit", "20").Code, Is.Zero);
    }

    [Test]
    public void Resume_AfterAnInterruption_GivesTheModelOfAnUninterruptedRun()
    {
        using var folder = new TemporaryFolder();
        string[] dropout = ["--set", "dropout=0.1"];
        Assert.That(CliRun.Train(folder["whole"], dropout).Code, Is.Zero);
        using var cancel = new CancellationTokenSource();
        var output = new CancellingWriter("step 10/20", cancel);
        CliRun cut = CliRun.Of(cancel.Token, output, CliRun.TrainArguments(folder["cut"], dropout));
        Assert.That(cut.Code, Is.EqualTo(130));
        Assert.That(cut.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(cut.Error, Does.StartWith("ctm: Interrupted after 10 steps"));
        string metrics = Path.Combine(folder["cut"], "metrics.jsonl");
        File.AppendAllText(metrics, File.ReadLines(metrics).First().Replace("\"step\":5", "\"step\":15") + "\n{\"step\":2");

        CliRun resumed = CliRun.Of("train", "maze", "--resume", "--out", folder["cut"], "--threads", "1");

        Assert.That(resumed.Code, Is.Zero, resumed.Error);
        foreach (string file in new[] { "model.safetensors", "optimizer.safetensors" })
        {
            byte[] expected = File.ReadAllBytes(Path.Combine(folder["whole"], "checkpoint", file));
            Assert.That(File.ReadAllBytes(Path.Combine(folder["cut"], "checkpoint", file)), Is.EqualTo(expected), file);
        }

        Assert.That(Losses(folder["cut"]), Is.EqualTo(Losses(folder["whole"])));
    }

    [Test]
    public void Resume_OfAFinishedRun_WritesTheSameFiguresAgain()
    {
        using var folder = new TemporaryFolder();
        CliRun.Train(folder["run"]);
        string[] before = Losses(folder["run"]);

        Assert.That(CliRun.Of("train", "maze", "--resume", "--out", folder["run"]).Code, Is.Zero);

        Assert.That(Losses(folder["run"]), Is.EqualTo(before));
    }

    private static string[] Losses(string folder) =>
    [
        .. RunFolder.Open(folder).Metrics.Read().Select(line => FormattableString.Invariant(
            $"{line.Step} {line.Loss:R} {line.GradientNorm:R} {line.Test?["step_accuracy"]:R} {(line.Final as MazeFigures)?.Brier:R}")),
    ];
}
