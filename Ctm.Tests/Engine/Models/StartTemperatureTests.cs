using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Engine.Agents;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

internal sealed class StartTemperatureTests
{
    private const float Start = 0.25f;
    private const string First = "trace_processor.0.0.T", Last = "trace_processor.0.2.T";

    private static readonly CtmConfiguration Ctm = CtmConfigurationTests.Base with { StartTemperature = Start };

    private static readonly object[][] Forms =
    [
        [Ctm, Last],
        [Ctm with { DeepNeuronLevelModels = false }, First],
        [Ctm with { NormalizeHistory = true }, Last],
        [Ctm with { NormalizeHistory = true, DeepNeuronLevelModels = false }, First],
        [AgentSamples.Ctm with { StartTemperature = Start }, Last],
        [AgentSamples.Ctm with { StartTemperature = Start, NormalizeHistory = true }, Last],
    ];

    [TestCaseSource(nameof(Forms))]
    public void Create_StartTemperature_IsTheLastLayersAlone(ModelConfiguration configuration, string last)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using Model model = configuration.Create(device, 3);
        Parameter[] temperatures = [.. model.Parameters.Parameters.Where(p => p.Name.EndsWith(".T", StringComparison.Ordinal))];
        Assert.That(temperatures, Has.Length.EqualTo(last == Last ? 2 : 1));
        foreach (Parameter temperature in temperatures)
        {
            float expected = temperature.Name.EndsWith(last, StringComparison.Ordinal) ? Start : 1f;
            Assert.That(temperature.Data.ToArray(), Is.EqualTo(new[] { expected }), temperature.Name);
        }
    }
}
