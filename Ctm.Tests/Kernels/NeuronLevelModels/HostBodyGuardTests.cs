using System.Text.RegularExpressions;
using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>
/// Past about 400 inlined calls the JIT leaves the rest as calls, and a body runs ten times slower while its results stay right. So the
/// machine code is read: a process of its own runs every body with the JIT's listing switched on.
/// </summary>
[TestFixture]
internal sealed partial class HostBodyGuardTests
{
    public const string Verb = "run-neuron-level-model-bodies";

    private static readonly string[] Both =
    [
        "FirstLayer Rows4", "FirstLayer Rows1", "SecondLayer Rows4", "SecondLayer Rows1", "FirstLayerBackward Rows4",
        "FirstLayerBackward Rows1", "SecondLayerBackward Rows4", "SecondLayerBackward Rows1", "ForwardLinear Rows4", "ForwardLinear Rows1",
        "BackwardLinear Rows4", "BackwardLinear Rows1",
    ];

    private static readonly string[] WithManyRegisters = ["FirstLayer Rows8", "SecondLayer Rows8", "ForwardLinear Rows8"];

    /// <summary>Batches of 8 and 3 and 1 rows in the last tile reach every number of rows.</summary>
    public static void RunBodies()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        foreach (int hidden in new[] { 0, 4 })
        {
            foreach (int batch in new[] { 8, 11, 9, 1 })
            {
                var shape = new NeuronLevelModelShape(16, 3, hidden, batch, 1);
                using var run = new NeuronLevelModelCase(device, shape);
                using NeuronLevelModelWorkspace workspace = device.NeuronLevelModels.CreateWorkspace(shape);
                run.Step(workspace);
            }
        }
    }

    [Test]
    public void Bodies_WidestLanes_HoldNoCall()
    {
        (string staged, string single) = (typeof(StagedModelBody).FullName!, typeof(NeuronLevelModelBody).FullName!);
        Dictionary<string, string> found = Listings(JitListing.Of(Verb, $"{staged}:FirstLayer* {staged}:SecondLayer* {single}:*Linear"));
        Assert.That(found.Keys, Is.EquivalentTo(Lanes16.IsSupported ? [.. Both, .. WithManyRegisters] : Both));
        foreach ((string body, string code) in found)
        {
            Assert.That(code, Does.Contain("vfmadd"), $"{body} is no listing of vector code");
            Assert.That(JitListing.Calls(code), Is.Empty, $"{body} has calls left in it: {code.Split('\n')[0]}");
        }
    }

    [Test]
    public void Calls_CodeWithCalls_FindsThem()
    {
        const string code = "       vmovups  zmm0, zmmword ptr [rdi]\n       call     [Load()]\n       tail.jmp [Sum()]\n       ret\n";
        Assert.That(JitListing.Calls(code), Has.Length.EqualTo(2));
    }

    /// <summary>The code of each body, by method and rows.</summary>
    private static Dictionary<string, string> Listings(string[] parts)
    {
        var found = new Dictionary<string, string>();
        foreach (string part in parts)
        {
            Match name = Name().Match(part);
            Assert.That(name.Success, part.Split('\n')[0]);
            found[$"{name.Groups["method"].Value} {name.Groups["rows"].Value}"] = part;
        }

        return found;
    }

    [GeneratedRegex(
        @"ModelBody:(?<method>\w+)\[[^(]*?Lanes(8|16),[^(]*?(?<rows>Rows\d)`1\[[^\n]*FullOpts", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
