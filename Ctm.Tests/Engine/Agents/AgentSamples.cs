using Ctm.Engine.Agents;
using Ctm.Engine.Backbones;

namespace Ctm.Tests.Engine.Agents;

/// <summary>Small agents of all kinds.</summary>
internal static class AgentSamples
{
    public static AgentConfiguration Ctm { get; } = new()
    {
        ModelType = AgentModelType.Ctm,
        Backbone = ClassicControlBackbone.Name,
        ObservationShape = [5],
        Actions = 3,
        Ticks = 2,
        Neurons = 12,
        InputWidth = 8,
        OutputNeurons = 4,
        MemoryLength = 4,
        HiddenWidth = 3,
    };

    public static IEnumerable<TestCaseData> Forms =>
    [
        new TestCaseData(Ctm).SetArgDisplayNames("ctm"),
        new TestCaseData(Ctm with { ContinuousStateTrace = false }).SetArgDisplayNames("ctm-anew"),
        new TestCaseData(Ctm with { DeepNeuronLevelModels = false, MemoryLength = 2, Ticks = 3 }).SetArgDisplayNames("ctm-linear-short"),
        new TestCaseData(Ctm with { NormalizeHistory = true, Neurons = 20, SynapseDepth = 3 }).SetArgDisplayNames("ctm-normalised-deep"),
        new TestCaseData(Ctm with { Backbone = MiniGridBackbone.Name, ObservationShape = [7, 7, 3] }).SetArgDisplayNames("ctm-grid"),
        new TestCaseData(Ctm with { ModelType = AgentModelType.Lstm }).SetArgDisplayNames("lstm"),
    ];

    /// <summary>Observations that the agent's backbone can take, [count, shape of one].</summary>
    public static float[] Observations(AgentConfiguration configuration, int count, int seed)
    {
        var random = new Random(seed);
        int[] limits = [11, 6, 3];
        bool isGrid = configuration.Backbone == MiniGridBackbone.Name;
        return
        [
            .. Enumerable.Range(0, count * configuration.ObservationLength)
                .Select(i => isGrid ? random.Next(limits[i % 3]) : (2f * random.NextSingle()) - 1f),
        ];
    }
}
