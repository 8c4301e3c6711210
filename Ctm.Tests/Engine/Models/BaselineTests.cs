using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>Published and counted sizes of the baselines, their checkpoints and what they refuse.</summary>
internal sealed class BaselineTests
{
    private static readonly LstmConfiguration MazeLstm = new()
    {
        Ticks = 75,
        Width = 2048,
        InputWidth = 512,
        Heads = 16,
        Backbone = "resnet34-2",
        OutputWidth = 500,
        PredictionReshaper = [100, 5],
    };

    private static readonly FeedForwardConfiguration MazeFeedForward = new()
    {
        Width = 2048,
        Backbone = "resnet34-2",
        OutputWidth = 500,
        PredictionReshaper = [100, 5],
        ImageSize = 39,
    };

    private static readonly TickModelConfiguration[] Small =
    [
        new LstmConfiguration { Ticks = 3, Width = 10, InputWidth = 8, Heads = 2, Layers = 2, Backbone = "resnet18-1", OutputWidth = 6 },
        new LstmConfiguration { Ticks = 3, Width = 10, InputWidth = 8, Heads = 2, Backbone = "resnet18-1", OutputWidth = 6, StateAsInput = true },
        new LstmConfiguration
        {
            Ticks = 3, Width = 10, InputWidth = 8, Heads = 2, Backbone = "resnet18-1", OutputWidth = 6, OutputNeurons = 5, ActionNeurons = 4,
        },
        new FeedForwardConfiguration { Width = 10, Backbone = "compact", OutputWidth = 6 },
        new FeedForwardConfiguration { Width = 10, Backbone = "compact", OutputWidth = 6, Flatten = true, ImageSize = 9 },
        new TransformerConfiguration
        {
            Ticks = 2, Width = 12, Heads = 3, Layers = 2, Backbone = "compact", PositionalEmbedding = "learned", OutputWidth = 6, ImageSize = 9,
        },
    ];

    [TestCase(1, 42_298_688L)]
    [TestCase(2, 75_869_504L)]
    [TestCase(3, 109_440_320L)]
    public void MazeLstm_PublishedParameterCount_IsThePapers(int layers, long expected) =>
        AssertCount(MazeLstm with { Layers = layers, StateAsInput = true }, expected);

    [TestCase(1, 25_523_520L)]
    [TestCase(2, 59_098_432L)]
    [TestCase(3, 92_673_344L)]
    public void MazeLstm_ParameterCount_IsThatOfTheReferencesClass(int layers, long expected) =>
        AssertCount(MazeLstm with { Layers = layers }, expected);

    [Test]
    public void MazeFeedForward_PublishedParameterCount_IsThePapers() => AssertCount(MazeFeedForward with { Flatten = true }, 54_797_632);

    [Test]
    public void MazeFeedForward_ParameterCount_IsThatOfTheReferencesClass() => AssertCount(MazeFeedForward, 2_628_928);

    [Test]
    public void CifarLstm_ParameterCount_IsTheReferences() => AssertCount(
        new LstmConfiguration
        {
            Ticks = 50,
            Width = 256,
            InputWidth = 64,
            Heads = 16,
            Layers = 2,
            Backbone = "resnet18-1",
            OutputWidth = 10,
        },
        1_046_870);

    [Test]
    public void CifarFeedForward_ParameterCount_IsTheReferences() =>
        AssertCount(new FeedForwardConfiguration { Width = 256, Backbone = "resnet18-1", OutputWidth = 10 }, 169_046);

    [Test]
    public void ParityLstm_PublishedParameterCount_IsThePapers() => AssertCount(
        new LstmConfiguration
        {
            Ticks = 25,
            Width = 707,
            InputWidth = 512,
            Heads = 8,
            Backbone = "parity_backbone",
            PositionalEmbedding = "custom-rotational-1d",
            OutputWidth = 128,
            PredictionReshaper = [64, 2],
        },
        5_224_386);

    [TestCaseSource(nameof(Small))]
    public void Checkpoint_SavedAndOpened_IsBitEqualAndAnswersTheSame(TickModelConfiguration configuration)
    {
        using var folder = new TemporaryFolder();
        ComputeDevice device = TestDevices.Open("cpu");
        var random = new Random(1);
        float[] images = [.. Enumerable.Range(0, 2 * 9 * 9 * 3).Select(_ => random.NextSingle())];
        using TickModel model = configuration.Create(device, 3);
        foreach (ModelBuffer buffer in model.Parameters.Buffers.Where(b => b.Values is not null))
        {
            buffer.Values!.View.CopyFrom([.. Enumerable.Range(0, buffer.Values.Length).Select(_ => 0.5f + random.NextSingle())]);
        }

        Thought before = Thought.About(model, images, 9, 9);
        Checkpoint.Save(folder["checkpoint"], model);
        using var opened = (TickModel)Checkpoint.Open(device, folder["checkpoint"]);
        Assert.That(opened.GetType(), Is.EqualTo(model.GetType()));
        Assert.That(opened.Configuration.ToString(), Is.EqualTo(configuration.ToString()));
        Assert.That(opened.Parameters.Values.ToArray(), Is.EqualTo(model.Parameters.Values.ToArray()));
        Thought after = Thought.About(opened, images, 9, 9);
        Assert.That(after.Predictions, Is.EqualTo(before.Predictions));
        Assert.That(after.Certainties, Is.EqualTo(before.Certainties));
        Assert.That(before.Predictions, Has.None.NaN);
        Assert.That(after.Ticks, Is.EqualTo(configuration.TickCount));
    }

    [Test]
    public void Create_SizesThatDoNotFit_SaysWhatWouldBeRight()
    {
        AssertRefused(MazeLstm with { Heads = 5 }, "d_input 512 is no multiple of 5 heads.");
        AssertRefused(MazeLstm with { Layers = 0 }, "num_layers is 0, it must be 1 or more.");
        AssertRefused(
            MazeLstm with { OutputNeurons = 5 }, "n_synch_out 5 and n_synch_action 0 must both be 1 or more, or both 0.");
        AssertRefused(
            MazeLstm with { OutputNeurons = 5, ActionNeurons = 4, StateAsInput = true }, "state_as_input goes with n_synch_out 0 only, it is 5.");
        AssertRefused(
            MazeLstm with { OutputNeurons = 5, ActionNeurons = 4, SelfPairs = 4 },
            "n_random_pairing_self 4 must be below n_synch_out 5 and n_synch_action 4.");
        AssertRefused(MazeLstm with { Dropout = 1 }, "dropout 1 is not in [0, 1).");
        AssertRefused(MazeFeedForward with { Flatten = true, ImageSize = 0 }, "flatten needs image_size.");
        AssertRefused(MazeFeedForward with { Width = 0 }, "d_model is 0, it must be 1 or more.");
        AssertRefused(((TransformerConfiguration)Small[^1]) with { Heads = 5 }, "d_model 12 is no multiple of 5 heads.");
    }

    private static void AssertRefused(ModelConfiguration configuration, string message) => Assert.That(
        () => configuration.Create(TestDevices.Open("cpu"), 1), Throws.TypeOf<ModelConfigurationException>().With.Message.EqualTo(message));

    private static void AssertCount(ModelConfiguration configuration, long expected) =>
        Assert.That(configuration.CountParameters(TestDevices.Open("cpu")), Is.EqualTo(expected));
}
