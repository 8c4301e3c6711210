using System.Text.Json;
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
