using System.Text.Json;
using Ctm.Tasks.Runs;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Tasks.Images;

namespace Ctm.Tests.Cli;

/// <summary>What <c>ctm train</c> and <c>ctm eval</c> do with every task that learns from samples that it draws itself.</summary>
[TestFixture]
internal sealed class TaskCommandTests
{
    private static readonly string[] Common = ["task", "samples", "accuracy", "step_accuracy", "mean_tick", "dynamics"];

    private static readonly string[] Classified =
    [
        .. Common, "ece", "brier", "per_tick_accuracy", "exit_at", "last_tick_accuracy", "reliability", "running_mean_brier", "best_tick", "overthinking",
        "most_certain_calibration", "last_tick_calibration",
    ];

    private static readonly string[] Played =
        ["task", "samples", "accuracy", "mean_length", "median_length", "mean_return", "median_return", "cut_share"];

    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["parity"] =
        [
            .. Classified, "per_tick_sequence_accuracy", "per_tick_position_accuracy", "strategy", "attention_order", "settling_order",
        ],
        ["cartpole"] = Played,
        ["acrobot"] = Played,
        ["fourrooms"] = Played,
        ["qamnist"] = Classified,
        ["sort"] =
        [
            .. Common, "textbook_accuracy", "permutation_accuracy", "readings", "ticks", "mean_wait", "wait_by_gap", "accuracy_by_gap",
            "gap_wait_correlation",
        ],
    };

    private TemporaryFolder data = null!;

    private static IEnumerable<string> Tasks => Keys.Keys;

    [OneTimeSetUp]
    public void WriteDigits()
    {
        data = new TemporaryFolder();
        ImageSamples.WriteMnist(data.Path, train: 300, test: 100);
    }

    [OneTimeTearDown]
    public void DeleteDigits() => data.Dispose();

    [Test]
    public void Train_Smoke_LeavesTheWholeRunFolderAndEvalPrintsItsFigures([ValueSource(nameof(Tasks))] string task)
    {
        using var folder = new TemporaryFolder();
        CliRun train = CliRun.TrainTask(task, folder["run"], [.. Data(task), "--json"]);

        Assert.That(train.Code, Is.Zero, train.Error);
        CliRun eval = CliRun.Of("eval", folder["run"], "--json");
        Assert.That(eval.Code, Is.Zero, eval.Error);
        using JsonDocument trained = JsonDocument.Parse(train.Output), evaluated = JsonDocument.Parse(eval.Output);
        Assert.That(evaluated.RootElement.EnumerateObject().Select(p => p.Name), Is.EquivalentTo(Keys[task]));
        foreach (JsonProperty figure in evaluated.RootElement.EnumerateObject())
        {
            Assert.That(figure.Value.GetRawText(), Is.EqualTo(trained.RootElement.GetProperty(figure.Name).GetRawText()), figure.Name);
        }

        string report = File.ReadAllText(Path.Combine(folder["run"], "report.md"));
        Assert.That(report, Does.Contain(
            $"ctm train {task} --preset smoke --device cpu {string.Concat(Data(task).Select(d => $"--set {d} "))}"
            + "--set test_samples=20 --set probe_samples=10 --steps 20"));
        string[] pictures = [.. report.Split("](").Skip(1).Select(part => part[..part.IndexOf(')', StringComparison.Ordinal)])];
        Assert.That(pictures, Has.Length.GreaterThanOrEqualTo(2));
        Assert.That(pictures.Where(picture => !File.Exists(Path.Combine(folder["run"], picture))), Is.Empty);
        MetricsLine last = RunFolder.Open(folder["run"]).Metrics.Read()[^1];
        Assert.That((last.Final!.Task, last.Final.Samples), Is.EqualTo((task, 20)));

        string alone = folder["alone"];
        Directory.Move(Path.Combine(folder["run"], "checkpoint"), alone);
        string[] asTrained = task == "qamnist" ? ["--set", .. Data(task), "max_digits=1", "min_operations=0", "max_operations=0"] : [];
        CliRun moved = CliRun.Of(["eval", alone, "--limit", "20", .. asTrained, "--json"]);
        Assert.That(moved.Output, Is.EqualTo(eval.Output), moved.Error);
    }

    [Test]
    public void Resume_AfterAnInterruption_GivesTheModelOfAnUninterruptedRun([ValueSource(nameof(Tasks))] string task)
    {
        using var folder = new TemporaryFolder();
        string[] dropout = ["dropout=0.1", .. Data(task)];
        Assert.That(CliRun.TrainTask(task, folder["whole"], dropout).Code, Is.Zero);
        using var cancel = new CancellationTokenSource();
        var output = new CancellingWriter("step 10/20", cancel);
        CliRun cut = CliRun.Of(cancel.Token, output, CliRun.TaskArguments(task, folder["cut"], dropout));
        Assert.That((cut.Code, cut.ErrorLines.Length), Is.EqualTo((130, 1)), cut.Error);
        Assert.That(cut.Error, Does.Contain($"ctm train {task} --resume --out"));

        CliRun resumed = CliRun.Of("train", task, "--resume", "--out", folder["cut"], "--threads", "1");

        Assert.That(resumed.Code, Is.Zero, resumed.Error);
        foreach (string file in Directory.GetFiles(Path.Combine(folder["whole"], "checkpoint"), "*.safetensors").Select(Path.GetFileName)!)
        {
            byte[] expected = File.ReadAllBytes(Path.Combine(folder["whole"], "checkpoint", file));
            Assert.That(File.ReadAllBytes(Path.Combine(folder["cut"], "checkpoint", file)), Is.EqualTo(expected), file);
        }

        Assert.That(Losses(folder["cut"]), Is.EqualTo(Losses(folder["whole"])));
    }

    [TestCase("train parity --set sequence_length=3", "sequence_length is 3, it must be from 4 to 64")]
    [TestCase("train parity --set sequence_length=65", "sequence_length is 65, it must be from 4 to 64")]
    [TestCase("train parity --set ticks_ahead=0 lookahead=5", "ticks_ahead is 0, it must be 1 or more")]
    [TestCase("train parity --set ticks_ahead=5", "ticks_ahead is 5, without a lookahead nothing grows; give one, such as lookahead=5")]
    [TestCase("train parity --set ramp_steps=-1", "ramp_steps is -1, it must be 0 or more")]
    [TestCase("train parity --set out_dims=7", "out_dims")]
    [TestCase("train parity --set backbone_type=none positional_embedding_type=none image_channels=3", "3 channels, parity has 1")]
    [TestCase("train parity --preset medium", "Task parity has no preset 'medium': there are quick, smoke, long, paper")]
    [TestCase("train parity --model rnn", "Task parity has no model 'rnn': there are ctm, lstm, ff, transformer")]
    [TestCase("train cartpole --set num_envs=10", "num_envs is 10, it must be a multiple of num_minibatches, which is 4")]
    [TestCase("train cartpole --set environment=Pong-v0", "There is no environment 'Pong-v0': there are CartPole-v1, Acrobot-v1, MiniGrid-FourRooms-v0")]
    [TestCase("train cartpole --set environment=Acrobot-v1", "size_action_space is 2, Acrobot-v1 has 3 actions")]
    [TestCase("train acrobot --set observation_shape=4", "observation_shape has 4 values, Acrobot-v1 shows 6")]
    [TestCase("train acrobot --set gae_lambda=2", "gae_lambda is 2, it must be between 0 and 1")]
    [TestCase("train acrobot --set warm_up=5", "warm_up is 5, it must be 0 for scheduler_type linear")]
    [TestCase("train fourrooms --model ff", "Task fourrooms has no model 'ff': there are ctm, lstm")]
    [TestCase("train fourrooms --set num_steps=0", "num_steps is 0, it must be 1 or more")]
    [TestCase("train fourrooms --set neuron_select_type=random", "neuron_select_type must be first-last for agents")]
    [TestCase("train sort --set numbers=1", "numbers is 1, it must be from 2 to 256")]
    [TestCase("train sort --set numbers=40", "iterations is 13, 40 numbers cannot be spelled in less than 40 ticks")]
    [TestCase("train sort --set readings=11", "readings is 11, it must be from 1 to 10")]
    [TestCase("train sort --set numbers=4 readings=5", "readings is 5, it must be from 1 to 4")]
    [TestCase("train maze --set readings=9", "readings is 9, it must be from 1 to 8")]
    [TestCase("train sort --set distribution=cauchy", "'distribution'")]
    [TestCase("train sort --set deviation=0", "deviation is 0, it must be above 0")]
    [TestCase("train sort --set d_input=4", "d_input")]
    [TestCase("train qamnist --set max_digits=51", "max_digits is 51, it must be from 1 to 50")]
    [TestCase("train qamnist --set largest_of=0", "largest_of is 0, it must be from 1 to 100")]
    [TestCase("train qamnist --set ramp_steps=-1", "ramp_steps is -1, it must be 0 or more")]
    [TestCase("train qamnist --set start_decay=-1", "start_decay is -1, it must be 0 to 15")]
    [TestCase("train qamnist --set min_digits=3", "min_digits is 3, it must be from 1 to 2")]
    [TestCase("train qamnist --set out_dims=9", "out_dims is 9, answers modulo 10 need 10")]
    [TestCase("train sort --model lstm", "Task sort has no model 'lstm': there are ctm_sort")]
    public void Train_WrongSetting_IsOneClearLineAndLeavesNothing(string line, string message)
    {
        using var folder = new TemporaryFolder();
        string target = folder["never"];

        CliRun run = CliRun.Of([.. line.Split(' '), "--out", target]);

        Assert.That((run.Code, run.ErrorLines.Length), Is.EqualTo((2, 1)), run.Error);
        Assert.That(run.Error, Does.StartWith("ctm: ").And.Contain(message));
        Assert.That(Directory.Exists(target), Is.False);
    }

    [Test]
    public void Resume_RunOfAnotherTask_IsOneClearLine()
    {
        using var folder = new TemporaryFolder();
        Assert.That(CliRun.TrainTask("sort", folder["run"]).Code, Is.Zero);

        CliRun run = CliRun.Of("train", "parity", "--resume", "--out", folder["run"]);

        Assert.That((run.Code, run.ErrorLines.Length), Is.EqualTo((2, 1)), run.Error);
        Assert.That(run.Error, Does.Contain("is of task sort, not parity"));
    }

    [Test]
    public void Eval_OtherDistribution_ChangesTheSamplesOnly()
    {
        using var folder = new TemporaryFolder();
        Assert.That(CliRun.TrainTask("sort", folder["run"]).Code, Is.Zero);
        string[] before = CliRun.Snapshot(folder["run"]);

        CliRun usual = CliRun.Of("eval", folder["run"], "--json");
        CliRun other = CliRun.Of("eval", folder["run"], "--set", "distribution=uniform", "mean=5", "--json");
        CliRun wrong = CliRun.Of("eval", folder["run"], "--set", "numbers=5");

        Assert.That(other.Code, Is.Zero, other.Error);
        Assert.That(other.Output, Is.Not.EqualTo(usual.Output));
        Assert.That((wrong.Code, wrong.ErrorLines.Length), Is.EqualTo((1, 1)), wrong.Error);
        Assert.That(wrong.Error, Does.Contain("the checkpoint does not fit the model"));
        Assert.That(CliRun.Snapshot(folder["run"]), Is.EqualTo(before));
    }

    [Test]
    public void Train_QuestionsWithoutDigits_SaysHowToGetThemAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();

        CliRun run = CliRun.TrainTask("qamnist", folder["run"], $"data={folder["none"]}");

        Assert.That((run.Code, run.ErrorLines.Length), Is.EqualTo((1, 1)), run.Error);
        Assert.That(run.Error, Does.Contain($"'ctm data mnist --out {folder["none"]}' fetches the digits"));
        Assert.That(Directory.Exists(folder["run"]), Is.False);
    }

    [Test]
    public void Eval_Grid_GivesDigitsByOperationsBeyondThoseTrained()
    {
        using var folder = new TemporaryFolder();
        Assert.That(CliRun.TrainTask("qamnist", folder["run"], Data("qamnist")).Code, Is.Zero);

        CliRun eval = CliRun.Of("eval", folder["run"], "--set", "grid=2", "grid_samples=10", "--json");

        Assert.That(eval.Code, Is.Zero, eval.Error);
        using JsonDocument figures = JsonDocument.Parse(eval.Output);
        double[][] grid = [.. figures.RootElement.GetProperty("grid").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(v => v.GetDouble()).ToArray())];
        Assert.That(grid, Has.Length.EqualTo(2).And.All.Length.EqualTo(2));
        Assert.That(grid.SelectMany(v => v), Is.All.InRange(0, 1));
    }

    private string[] Data(string task) => task == "qamnist" ? [$"data={data.Path}"] : [];

    private static string[] Losses(string folder) =>
    [
        .. RunFolder.Open(folder).Metrics.Read().Select(line => FormattableString.Invariant(
            $"{line.Step} {line.Loss:R} {line.GradientNorm:R} {Values(line.Test)} {line.Final?.Accuracy:R}")),
    ];

    private static string Values(IReadOnlyDictionary<string, double>? measures) =>
        string.Join(' ', measures?.Values.Select(v => FormattableString.Invariant($"{v:R}")) ?? []);
}
