using Ctm.Tests.Ptx.FakeCuda;
using NUnit.Framework.Interfaces;

[assembly: FaultsFailTests]

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>
/// Fails a test when a kernel that it ran on the PTX interpreter did something wrong, even if the results were right; and when it ran a
/// kernel that the catalogue does not know, for that one's PTX was not read.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class FaultsFailTestsAttribute : Attribute, ITestAction
{
    private readonly HashSet<string> known = [];
    private int looked;

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test)
    {
        Assert.That(string.Join('\n', FakeCudaDriver.Findings.Take()), Is.Empty);
        if (FakeCudaDevice.Recorder.Launches.Count == looked)
        {
            return;
        }

        if (known.Count == 0)
        {
            known.UnionWith(PtxListing.Entries.Select(entry => entry.Name));
        }

        string[] strangers =
        [
            .. FakeCudaDevice.Recorder.Launches.Skip(looked).Where(launch => launch.Method.DeclaringType != typeof(PlantedFaults))
                .Select(launch => launch.Name).Where(name => !known.Contains(name)).Distinct(),
        ];
        looked = FakeCudaDevice.Recorder.Launches.Count;
        Assert.That(strangers, Is.Empty, "Kernels that the catalogue lacks: add a case or a size that launches them.");
    }
}
