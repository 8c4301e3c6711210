using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>Models of the paper's settings have as many parameters as it says.</summary>
internal sealed class FormParameterCountTests
{
    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCase(1, 3, 2_501_388)]
    [TestCase(10, 30, 3_413_772)]
    public void QamnistMachine_PaperSettings_ParameterCountEqualsPublished(int repeats, int memory, long expected) => Assert.That(
        new QamnistConfiguration
        {
            Neurons = 1024,
            InputWidth = 64,
            Heads = 4,
            OutputNeurons = 32,
            ActionNeurons = 32,
            SynapseDepth = 1,
            MemoryLength = memory,
            HiddenWidth = 16,
            NeuronSelection = NeuronSelection.Random,
            OutputWidth = 10,
            DigitTicks = repeats,
            QuestionPartTicks = repeats,
            AnswerTicks = repeats,
        }.CountParameters(Device),
        Is.EqualTo(expected));

    [TestCase(1, 741, 2_507_218)]
    [TestCase(10, 875, 3_418_954)]
    public void QamnistLstm_PaperSettings_ParameterCountEqualsPublished(int repeats, int width, long expected) => Assert.That(
        new QamnistLstmConfiguration
        {
            Neurons = width,
            InputWidth = 64,
            Heads = 4,
            OutputWidth = 10,
            DigitTicks = repeats,
            QuestionPartTicks = repeats,
            AnswerTicks = repeats,
        }.CountParameters(Device),
        Is.EqualTo(expected));

    // Not published: summed up by hand from the shapes of the reference's layers.
    [Test]
    public void SortMachine_DefaultSettings_ParameterCountEqualsTheShapes() => Assert.That(
        new SortConfiguration
        {
            Ticks = 50,
            Neurons = 512,
            InputWidth = 30,
            Heads = 4,
            OutputNeurons = 32,
            ActionNeurons = 32,
            SynapseDepth = 4,
            MemoryLength = 25,
            HiddenWidth = 4,
            OutputWidth = 31,
        }.CountParameters(Device),
        Is.EqualTo(897_197));
}
