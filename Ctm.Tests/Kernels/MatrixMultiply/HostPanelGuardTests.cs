using System.Text.RegularExpressions;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Tests.Kernels.MatrixMultiply;

/// <summary>
/// The register tiles of the host's multiplication, as the JIT compiled them: a call anywhere in one makes it keep the accumulators in
/// memory, which halves the speed and changes no result.
/// </summary>
internal sealed partial class HostPanelGuardTests
{
    public const string Verb = "run-matrix-panels";

    /// <summary>11 rows reach the tile of 8 rows and the tile of 4.</summary>
    public static void RunPanels()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using DeviceBuffer<float> a = device.Allocate<float>(11 * 9), b = device.Allocate<float>(9 * 50), c = device.Allocate<float>(11 * 50);
        device.MatrixMultiply.Multiply(a.View, b.View, c.View, new MatrixProduct(11, 50, 9));
    }

    [Test]
    public void Tiles_Lanes16_StayInRegisters()
    {
        if (!Lanes16.IsSupported)
        {
            Assert.Ignore("This machine has no AVX-512: the tiles are not compiled for 16 lanes.");
        }

        string[] listings = [.. JitListing.Of(Verb, $"{typeof(HostPanel).FullName}:Rows*").Where(code => code.Contains("FullOpts"))];
        Assert.That(listings.Select(code => Name().Match(code).Value), Is.EquivalentTo(new[] { "Rows4", "Rows8" }));
        foreach (string code in listings)
        {
            string title = code.Split('\n')[0];
            Assert.That(Fused().Count(code), Is.GreaterThanOrEqualTo(12), title);
            Assert.That(JitListing.Calls(code), Is.Empty, $"calls in {title}");
            Assert.That(Spilled().Matches(code), Is.Empty, $"vectors on the stack in {title}");
        }
    }

    [GeneratedRegex(@"Rows\d")]
    private static partial Regex Name();

    [GeneratedRegex("vfmadd")]
    private static partial Regex Fused();

    [GeneratedRegex(@"[xyz]mmword ptr \[r(bp|sp)", RegexOptions.ExplicitCapture)]
    private static partial Regex Spilled();
}
