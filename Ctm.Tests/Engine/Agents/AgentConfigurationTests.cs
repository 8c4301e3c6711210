using Ctm.Engine.Agents;
using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Agents;

/// <summary>The sizes of agents: those of the paper (appendix G.6), and what is refused.</summary>
internal sealed class AgentConfigurationTests
{
    private static readonly AgentConfiguration CartPole = AgentSamples.Ctm with
    {
        ObservationShape = [4],
        Actions = 2,
        Neurons = 128,
        InputWidth = 128,
        HiddenWidth = 4,
        OutputNeurons = 16,
    };

    private static readonly AgentConfiguration Acrobot = CartPole with
    {
        ObservationShape = [6],
        Actions = 3,
        Neurons = 256,
        InputWidth = 64,
    };

    private static readonly AgentConfiguration FourRooms = CartPole with
    {
        Backbone = MiniGridBackbone.Name,
        ObservationShape = [7, 7, 3],
        Actions = 7,
        Neurons = 512,
        InputWidth = 128,
        HiddenWidth = 16,
        OutputNeurons = 32,
    };

    [TestCase(1, 10, 175437)]
    [TestCase(2, 20, 188237)]
    [TestCase(5, 50, 226637)]
    public void CountParameters_CartPoleCtm_EqualsThePaperParameterCount(int ticks, int memory, long expected) =>
        Check(CartPole with { Ticks = ticks, MemoryLength = memory }, expected);

    [TestCase(1, 5, 350094)]
    [TestCase(2, 10, 362894)]
    [TestCase(5, 25, 401294)]
    public void CountParameters_AcrobotCtm_EqualsThePaperParameterCount(int ticks, int memory, long expected) =>
        Check(Acrobot with { Ticks = ticks, MemoryLength = memory }, expected);

    [TestCase(1, 10, 7802690)]
    [TestCase(2, 20, 7976770)]
    public void CountParameters_FourRoomsCtm_EqualsThePaperParameterCount(int ticks, int memory, long expected) =>
        Check(FourRooms with { Ticks = ticks, MemoryLength = memory }, expected);

    [TestCase(118, 175855)]
    [TestCase(126, 188863)]
    [TestCase(148, 227275)]
    public void CountParameters_CartPoleLstm_EqualsThePaperParameterCount(int width, long expected) => CheckLstm(CartPole, width, expected);

    [TestCase(243, 350118)]
    [TestCase(249, 364290)]
    [TestCase(265, 403490)]
    public void CountParameters_AcrobotLstm_EqualsThePaperParameterCount(int width, long expected) => CheckLstm(Acrobot, width, expected);

    [TestCase(294, 7813692)]
    [TestCase(300, 7979304)]
    public void CountParameters_FourRoomsLstm_EqualsThePaperParameterCount(int width, long expected) => CheckLstm(FourRooms, width, expected);

    [Test]
    public void Validate_SizesThatDoNotFit_SaysWhatIsRight()
    {
        Refuses(CartPole with { NeuronSelection = NeuronSelection.Random }, "neuron_select_type must be first-last");
        Refuses(CartPole with { OutputNeurons = 129 }, "d_model must be at least n_synch_out = 129, it is 128");
        Refuses(CartPole with { Backbone = "resnet18-1" }, "agents have classic-control-backbone and navigation-backbone");
        Refuses(CartPole with { ObservationShape = [7, 7, 3] }, "observation_shape must be [values]");
        Refuses(FourRooms with { ObservationShape = [4] }, "observation_shape must be [7, 7, 3]");
        Refuses(CartPole with { Actions = 0 }, "size_action_space is 0, it must be 1 or more");
        Refuses(CartPole with { MemoryLength = 0 }, "memory_length is 0, it must be 1 or more");
        Refuses(CartPole with { StartTemperature = -1 }, "start_temperature is -1, it must be above 0");
        Refuses(CartPole with { StartDecay = 5 }, "start_decay is 5, it must be 0 to 4");
        Assert.That(() => (CartPole with { ModelType = AgentModelType.Lstm, MemoryLength = 0, Neurons = 9 }).Validate(), Throws.Nothing);
    }

    private static void Refuses(AgentConfiguration configuration, string message) =>
        Assert.That(configuration.Validate, Throws.TypeOf<ModelConfigurationException>().With.Message.Contains(message));

    private static void Check(AgentConfiguration configuration, long expected) =>
        Assert.That(configuration.CountParameters(TestDevices.Open("cpu")), Is.EqualTo(expected));

    private static void CheckLstm(AgentConfiguration configuration, int width, long expected) =>
        Check(configuration with { ModelType = AgentModelType.Lstm, Neurons = width }, expected);
}
