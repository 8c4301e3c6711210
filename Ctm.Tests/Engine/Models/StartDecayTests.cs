using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Engine.Agents;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

internal sealed class StartDecayTests
{
    private const float Start = 0.75f;

    private static readonly CtmConfiguration Ctm = CtmConfigurationTests.Base with { StartDecay = Start };

    private static readonly object[][] Forms =
    [
        [Ctm, 2],
        [Ctm with { NeuronSelection = NeuronSelection.FirstLast }, 2],
        [FormTests.Sort with { StartDecay = Start }, 1],
        [FormTests.Sort with { StartDecay = Start, ProjectDecays = true }, 1],
        [FormTests.Qamnist with { StartDecay = Start }, 2],
        [AgentSamples.Ctm with { StartDecay = Start }, 1],
    ];

    [TestCaseSource(nameof(Forms))]
    public void Create_StartDecay_IsTheDecayOfEveryPair(ModelConfiguration configuration, int synchronizations)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using Model model = configuration.Create(device, 3);
        Parameter[] decays = [.. model.Parameters.Parameters.Where(p => p.Name.Contains("decay_params", StringComparison.Ordinal))];
        Assert.That(decays, Has.Length.EqualTo(synchronizations));
        Assert.That(decays.SelectMany(p => p.Data.ToArray()), Is.All.EqualTo(Start));
    }
}
