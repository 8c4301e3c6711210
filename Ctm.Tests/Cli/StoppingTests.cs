using System.Text.Json;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Cli;

/// <summary><c>ctm eval --stop-at</c>, and training with checkpointed ticks.</summary>
[TestFixture]
internal sealed class StoppingTests
{
    [Test]
    public void Eval_StopAt_CountsTicksBesideThinkingAllOfThem()
    {
        using var folder = new TemporaryFolder();
        Assert.That(CliRun.Train(folder["run"]).Code, Is.Zero);

        CliRun low = CliRun.Of("eval", folder["run"], "--stop-at", "0.000001", "--json");
        CliRun never = CliRun.Of("eval", folder["run"], "--stop-at", "1", "--json");
        CliRun table = CliRun.Of("eval", folder["run"], "--stop-at", "0.9");

        Assert.That(low.Code, Is.Zero, low.Error);
        using JsonDocument first = JsonDocument.Parse(low.Output), last = JsonDocument.Parse(never.Output);
        JsonElement stopped = first.RootElement.GetProperty("stopping"), whole = last.RootElement.GetProperty("stopping");
        string[] keys =
        [
            "threshold", "samples", "accuracy", "accuracy_of_all_ticks", "mean_ticks", "computed_ticks", "ticks",
            "samples_per_second", "samples_per_second_of_all_ticks",
        ];
        Assert.That(stopped.EnumerateObject().Select(p => p.Name), Is.EquivalentTo(keys));
        Assert.That(stopped.GetProperty("mean_ticks").GetDouble(), Is.EqualTo(1));
        Assert.That(whole.GetProperty("mean_ticks").GetDouble(), Is.EqualTo(whole.GetProperty("ticks").GetInt32()));
        double accuracy = first.RootElement.GetProperty("accuracy").GetDouble();
        Assert.That(whole.GetProperty("accuracy").GetDouble(), Is.EqualTo(accuracy).Within(1e-9), "never stopping answers as eval does");
        Assert.That(whole.GetProperty("accuracy_of_all_ticks").GetDouble(), Is.EqualTo(accuracy).Within(1e-9));
        Assert.That(table.Output, Does.Contain("stopping at 0.9").And.Contain("ticks until then"));
    }

    [TestCase("0")]
    [TestCase("1.5")]
    public void Eval_StopAtNoCertainty_SaysWhatWouldBeOne(string certainty)
    {
        using var folder = new TemporaryFolder();
        Assert.That(CliRun.Train(folder["run"]).Code, Is.Zero);

        CliRun run = CliRun.Of("eval", folder["run"], "--stop-at", certainty);

        Assert.That((run.Code, run.ErrorLines.Length), Is.EqualTo((2, 1)), run.Error);
        Assert.That(run.Error, Does.Contain($"--stop-at is {certainty}, it must be a certainty above 0 and up to 1"));
    }

    [Test]
    public void Eval_StopAtForATaskThatDoesNotStop_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.That(CliRun.TrainTask("sort", folder["run"]).Code, Is.Zero);

        CliRun run = CliRun.Of("eval", folder["run"], "--stop-at", "0.9");

        Assert.That((run.Code, run.ErrorLines.Length), Is.EqualTo((2, 1)), run.Error);
        Assert.That(run.Error, Does.Contain("Models of task sort do not stop when they are certain"));
    }

    [Test]
    public void Train_CheckpointedTicks_TrainsAndRefusesWhatIsNoNumberOfTicks()
    {
        using var folder = new TemporaryFolder();

        CliRun run = CliRun.Train(folder["run"], "--set", "checkpoint_ticks=2");
        CliRun wrong = CliRun.Train(folder["other"], "--set", "checkpoint_ticks=-1");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That((wrong.Code, wrong.ErrorLines.Length), Is.EqualTo((2, 1)), wrong.Error);
        Assert.That(wrong.Error, Does.Contain("checkpoint_ticks is -1, it must be 0 or more"));
    }
}
