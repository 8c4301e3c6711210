using System.Text.Json.Nodes;

namespace Ctm.Tests.Cli;

/// <summary><c>ctm check</c> on what every machine has.</summary>
internal sealed class CheckCommandTests
{
    [Test]
    public void Check_OneFamilyOfTheHost_PrintsALineForEachKernelAndPasses()
    {
        CliRun run = CliRun.Of("check", "--device", "cpu", "--family", "Embedding");
        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("Embedding.").And.Contain(" GB/s").And.Contain(" %"));
        Assert.That(run.Output.TrimEnd(), Does.EndWith("checks passed, 0 failed"));
    }

    [Test]
    public void Check_Json_IsOneObjectWithEveryKernel()
    {
        CliRun run = CliRun.Of("check", "--device", "ilgpu-cpu", "--family", "Mixtures", "--json");
        JsonObject report = JsonNode.Parse(run.Output)!.AsObject();
        Assert.That((string?)report["device"], Is.EqualTo("ilgpu-cpu"));
        Assert.That((bool?)report["passed"], Is.True);
        Assert.That(report["kernels"]!.AsArray(), Is.Not.Empty);
        foreach (JsonNode? kernel in report["kernels"]!.AsArray())
        {
            Assert.That((double)kernel!["error"]!, Is.LessThanOrEqualTo((double)kernel["allowed"]!));
            Assert.That((double)kernel["milliseconds"]!, Is.Positive);
        }
    }

    [TestCase("--family", "Wishes", "There is no family 'Wishes'")]
    [TestCase("--device", "cuda:7", "There is no device 'cuda:7'")]
    public void Check_WhatIsNotThere_IsOneLineAndWrongUsage(string option, string value, string message)
    {
        CliRun run = CliRun.Of("check", option, value);
        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith($"ctm: {message}"));
        Assert.That(run.Error.TrimEnd(), Does.Not.Contain('\n'));
    }
}
