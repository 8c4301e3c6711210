using System.Text.Json;
using Ctm.Engine.Costs;
using Ctm.Tasks.Cores;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Cli;

[TestFixture]
internal sealed class OtherCommandTests
{
    [Test]
    public void Devices_Json_NamesTheHostAndItsRates()
    {
        CliRun run = CliRun.Of("devices", "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        using JsonDocument found = JsonDocument.Parse(run.Output);
        string?[] names = [.. found.RootElement.GetProperty("devices").EnumerateArray().Select(d => d.GetProperty("name").GetString())];
        Assert.That(names, Does.Contain("cpu").And.Contain("ilgpu-cpu"));
        JsonElement host = found.RootElement.GetProperty("host");
        foreach (string rate in new[] { "fma_peak_gflops", "gemm_gflops", "bandwidth_gbs" })
        {
            Assert.That(host.GetProperty(rate).GetDouble(), Is.InRange(0.01, 1e6), rate);
        }
    }

    [Test]
    public void DevicesCosts_Json_AreThoseOfTheCore()
    {
        CliRun run = CliRun.Of("devices", "--costs", "parity64", "--ticks", "3", "--batch", "2", "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        using JsonDocument found = JsonDocument.Parse(run.Output);
        CostSum step = CostSum.Of(CoreCosts.Of(ModelCore.Named("parity64").With(3, 2)));
        Assert.That(found.RootElement.GetProperty("step").GetProperty("flops").GetDouble(), Is.EqualTo(step.Flops));
        Assert.That(found.RootElement.GetProperty("step").GetProperty("host_launches").GetInt64(), Is.EqualTo(step.HostLaunches));
        JsonElement projection = found.RootElement.GetProperty("projection");
        Assert.That(projection.GetProperty("is_measured").GetBoolean(), Is.False);
        Assert.That(projection.GetProperty("step_ms").GetDouble(), Is.GreaterThan(projection.GetProperty("floor_ms").GetDouble()));
    }

    [Test]
    public void DevicesCosts_ForPeople_SaysThatTheTimeIsProjected()
    {
        CliRun run = CliRun.Of("devices", "--costs", "maze-medium", "--ticks", "2", "--batch", "2");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("MatrixMultiply").And.Contain("Projected, not measured, on H100"));
    }

    [TestCase("--costs sudoku", "no core 'sudoku': there are parity64")]
    [TestCase("--ticks 3", "--ticks, --batch and --precision need --costs")]
    [TestCase("--costs parity64 --precision quarter", "--precision is 'quarter': it must be single or half")]
    [TestCase("--costs parity64 --batch 0", "--batch is '0'")]
    public void DevicesCosts_WrongArguments_SayWhatWouldBeRight(string line, string message)
    {
        CliRun run = CliRun.Of(["devices", .. line.Split(' ')]);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(message));
    }

    [Test]
    public void DataMaze_SmallSets_WritesBothSplits()
    {
        using var folder = new TemporaryFolder();
        CliRun run = CliRun.Of("data", "maze", "--out", folder["set"], "--size", "7", "--train", "3", "--test", "2", "--seed", "5");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(Directory.GetFiles(Path.Combine(folder["set"], "train", "0"), "*.png"), Has.Length.EqualTo(3));
        Assert.That(Directory.GetFiles(Path.Combine(folder["set"], "test", "0"), "*.png"), Has.Length.EqualTo(2));
    }

    [TestCase("--help")]
    [TestCase("train --help")]
    [TestCase("--version")]
    public void Help_Asked_IsNoError(string line)
    {
        CliRun run = CliRun.Of(line.Split(' '));

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Error, Is.Empty);
        Assert.That(run.Output, Is.Not.Empty);
    }
}
