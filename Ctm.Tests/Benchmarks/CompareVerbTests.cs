using System.Diagnostics;
using System.Text.Json;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Repository;

namespace Ctm.Tests.Benchmarks;

/// <summary>
/// The verb as a process of its own, beside libtorch and ONNX Runtime: they agree with the engine, and the figures are all there. Needs
/// the built benchmarks and a system on which libtorch loads; run it with --filter "TestCategory=Torch".
/// </summary>
[TestFixture]
[Explicit]
[Category("Torch")]
internal sealed class CompareVerbTests
{
    private static readonly string[] Training = ["forward_ms", "backward_ms", "optimizer_ms", "step_ms", "peak_mb"];

    [TestCase("parity64")]
    [TestCase("maze-small")]
    [TestCase("maze-medium")]
    public void Compare_SmallRun_PeersAgreeAndFiguresAreWhole(string config)
    {
        using var folder = new TemporaryFolder();
        string build = AppContext.BaseDirectory.Contains("Debug") ? "Debug" : "Release";
        string program = Path.Combine(RepositoryFiles.Root, "Ctm.Benchmarks", "bin", build, "net10.0", "Ctm.Benchmarks.dll");
        Assert.That(program, Does.Exist, "Build Ctm.Benchmarks first.");
        string file = folder["figures.json"];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
            [program, "compare", "--config", config, "--ticks", "4", "--batch", "5", "--repeats", "2", "--json", file];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, output + errors.Result);
        using JsonDocument found = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement root = found.RootElement;
        Assert.That(root.GetProperty("max_difference").GetDouble(), Is.LessThan(1e-5));
        JsonElement engine = root.GetProperty("engine");
        Positive(engine, [.. Training, "inference_ms", "flops", "bytes"]);
        JsonElement[] peers = [.. root.GetProperty("peers").EnumerateArray()];
        string?[] names = [.. peers.Select(p => p.GetProperty("name").GetString())];
        Assert.That(names, Is.EqualTo(new[] { "reference", "libtorch_best", "onnxruntime" }), output);
        foreach (JsonElement peer in peers.Take(2))
        {
            Positive(peer, [.. Training, "inference_ms", "ratio"]);
            Assert.That(
                peer.GetProperty("ratio").GetDouble(),
                Is.EqualTo(peer.GetProperty("step_ms").GetDouble() / engine.GetProperty("step_ms").GetDouble()).Within(1e-9));
        }

        Positive(peers[2], ["inference_ms", "inference_ratio"]);
    }

    private static void Positive(JsonElement side, string[] names)
    {
        foreach (string name in names)
        {
            Assert.That(side.GetProperty(name).GetDouble(), Is.GreaterThan(0), name);
        }
    }
}
