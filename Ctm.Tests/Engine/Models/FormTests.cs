using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>Configurations and checkpoints of the sort and Q&amp;A MNIST forms.</summary>
internal sealed class FormTests
{
    internal static readonly SortConfiguration Sort = new()
    {
        Ticks = 6,
        Neurons = 16,
        InputWidth = 4,
        Heads = 1,
        OutputNeurons = 6,
        ActionNeurons = 0,
        SynapseDepth = 2,
        MemoryLength = 3,
        HiddenWidth = 2,
        OutputWidth = 5,
    };

    internal static readonly SortLstmConfiguration SortLstm = new() { Ticks = 6, Width = 16, Numbers = 4, OutputWidth = 5 };

    internal static readonly TickModelConfiguration[] Sorts = [Sort, SortLstm];

    internal static readonly QamnistConfiguration Qamnist = new()
    {
        Neurons = 16,
        InputWidth = 8,
        Heads = 2,
        OutputNeurons = 5,
        ActionNeurons = 4,
        SynapseDepth = 1,
        MemoryLength = 3,
        HiddenWidth = 2,
        NeuronSelection = NeuronSelection.Random,
        OutputWidth = 10,
        DigitTicks = 2,
        QuestionPartTicks = 2,
        AnswerTicks = 2,
    };

    internal static readonly QamnistLstmConfiguration QamnistLstm = new()
    {
        Neurons = 12,
        InputWidth = 8,
        Heads = 2,
        OutputWidth = 10,
        DigitTicks = 2,
        QuestionPartTicks = 2,
        AnswerTicks = 2,
    };

    private static readonly CtmConfiguration Digits = new()
    {
        Ticks = 3,
        Neurons = 16,
        InputWidth = 8,
        Heads = 1,
        OutputNeurons = 4,
        ActionNeurons = 4,
        SynapseDepth = 1,
        MemoryLength = 3,
        HiddenWidth = 2,
        Backbone = "mnist",
        ImageChannels = 1,
        NeuronSelection = NeuronSelection.FirstLast,
        OutputWidth = 10,
    };

    private static readonly ModelConfiguration[] All = [Sort, SortLstm, Qamnist, QamnistLstm, Digits];

    private static readonly object[][] Wrong =
    [
        [Sort with { OutputWidth = 4 }, "out_dims is 4, it must be d_input + 1 = 5: a class for each number, and blank."],
        [Sort with { Backbone = "resnet18-1" }, "backbone_type is 'resnet18-1', it must be none: ctm_sort sees the numbers as they are."],
        [Sort with { PositionalEmbedding = "learned" }, "positional_embedding_type is 'learned', it must be none for ctm_sort."],
        [Sort with { InputGain = 0 }, "input_gain is 0, it must be above 0."],
        [Sort with { StartTemperature = 0 }, "start_temperature is 0, it must be above 0."],
        [Qamnist with { StartTemperature = float.NaN }, "start_temperature is NaN, it must be above 0."],
        [Sort with { StartDecay = -1 }, "start_decay is -1, it must be 0 to 15."],
        [Qamnist with { StartDecay = 16 }, "start_decay is 16, it must be 0 to 15."],
        [SortLstm with { InputGain = float.NaN }, "input_gain is NaN, it must be above 0."],
        [SortLstm with { OutputWidth = 4 }, "out_dims is 4, it must be d_input + 1 = 5: a class for each number, and blank."],
        [SortLstm with { Numbers = 0 }, "d_input is 0, it must be 1 or more."],
        [SortLstm with { Width = 0 }, "d_model is 0, it must be 1 or more."],
        [Sort with { SelfPairs = 6 }, "n_random_pairing_self 6 must be below n_synch_out 6."],
        [
            Sort with { NeuronSelection = NeuronSelection.FirstLast, OutputNeurons = 17 },
            "first-last needs d_model of at least n_synch_out = 17, it is 16.",
        ],
        [Qamnist with { AnswerTicks = 0 }, "iterations_for_answering is 0, it must be 1 or more."],
        [Qamnist with { QuestionPartTicks = 0 }, "iterations_per_question_part is 0, it must be 1 or more."],
        [Qamnist with { ActionNeurons = 0 }, "n_synch_action is 0, it must be 1 or more."],
        [Qamnist with { Heads = 3 }, "d_input 8 is no multiple of 3 heads."],
        [Qamnist with { PredictionReshaper = [2, 5] }, "prediction_reshaper must be [-1] for ctm_qamnist."],
        [
            Qamnist with { NeuronSelection = NeuronSelection.FirstLast, OutputNeurons = 13 },
            "first-last needs d_model of at least n_synch_out + n_synch_action = 17, it is 16.",
        ],
        [QamnistLstm with { Neurons = 0 }, "d_model is 0, it must be 1 or more."],
        [QamnistLstm with { DigitTicks = -1 }, "iterations_per_digit is -1, it must be 1 or more."],
    ];

    [TestCaseSource(nameof(Wrong))]
    public void Create_SizesThatDoNotFit_SaysWhichInALine(ModelConfiguration configuration, string message) => Assert.That(
        () => configuration.Create(TestDevices.Open("cpu"), 0).Dispose(),
        Throws.TypeOf<ModelConfigurationException>().With.Message.EqualTo(message));

    [TestCaseSource(nameof(All))]
    public void Open_SavedForm_IsBitEqual(ModelConfiguration configuration)
    {
        using var folder = new TemporaryFolder();
        ComputeDevice device = TestDevices.Open("cpu");
        using Model model = configuration.Create(device, 7);
        foreach (Parameter decay in model.Parameters.Parameters.Where(p => p.Name.StartsWith("decay", StringComparison.Ordinal)))
        {
            decay.Data.CopyFrom([.. Enumerable.Range(0, decay.Length).Select(i => 0.1f * i)]);
        }

        foreach (ModelBuffer buffer in model.Parameters.Buffers.Where(b => b.Name.EndsWith("running_mean", StringComparison.Ordinal)))
        {
            device.Elementwise.Fill(buffer.Values!.View, 0.25f);
        }

        Checkpoint.Save(folder["checkpoint"], model);
        using Model opened = Checkpoint.Open(device, folder["checkpoint"]);
        Assert.That(opened, Is.TypeOf(model.GetType()));
        Assert.That(JsonFiles.ToText(opened.Configuration), Is.EqualTo(JsonFiles.ToText(configuration)));
        StateDictionary before = ModelState.Capture(model.Parameters), after = ModelState.Capture(opened.Parameters);
        Assert.That(after.Names, Is.EqualTo(before.Names));
        foreach (string name in before.Names)
        {
            Assert.That(after[name].SameAs(before[name]), name);
        }
    }

    [Test]
    public void Forward_PlainMachineWithTheBackboneForDigits_AttendsToAQuarterOfThePixelsEachWay()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using ContinuousThoughtMachine machine = Digits.Create(device, 7);
        Assert.That(machine.Parameters.Parameters.Select(p => p.Name), Has.Member("backbone.layers.4.weight"));
        using var tape = new Tape(device);
        tape.Begin(recording: true);
        Tensor images = tape.New(2 * 10 * 14, 1);
        images.Data.CopyFrom([.. Enumerable.Range(0, images.Length).Select(i => MathF.Sin(i))]);
        TickOutput output = machine.Forward(tape, new FeatureMap(images, 2, 10, 14));
        Assert.That((output.Attention!.Height, output.Attention.Width), Is.EqualTo((2, 3)));
        Assert.That(output.Predictions.Data.ToArray(), Has.Length.EqualTo(3 * 2 * 10).And.All.Matches<float>(float.IsFinite));
        device.Elementwise.Fill(output.Predictions.Gradient, 1f);
        output.Predictions.MarkGradient();
        tape.Backward();
        Assert.That(images.Gradient.ToArray(), Has.Some.Not.Zero.And.All.Matches<float>(float.IsFinite));
        FeatureMap small = new(tape.New(2 * 3 * 4, 1), 2, 3, 4);
        Assert.That(
            () => machine.Forward(tape, small),
            Throws.ArgumentException.With.Message.EqualTo("Images must have 4 x 4 pixels or more, these have 3 x 4."));
    }

    [TestCaseSource(nameof(Sorts))]
    public void Forward_InputGain_IsThatOfNumbersSoManyTimesAsLarge(TickModelConfiguration plain)
    {
        TickModelConfiguration gained = plain is SortConfiguration s ? s with { InputGain = 4 } : SortLstm with { InputGain = 4 };
        (float[] predictions, float[] gradient) = Run(gained, 1);
        (float[] Predictions, float[] Gradient) expected = Run(plain, 4);
        Assert.That(predictions, Is.EqualTo(expected.Predictions));
        Assert.That(gradient, Is.EqualTo(expected.Gradient.Select(g => 4 * g)).And.Some.Not.Zero);

        static (float[] Predictions, float[] Gradient) Run(TickModelConfiguration configuration, float factor)
        {
            ComputeDevice device = TestDevices.Open("cpu");
            using TickModel model = configuration.Create(device, 7);
            using var tape = new Tape(device);
            tape.Begin(recording: true);
            Tensor numbers = tape.New(2 * 4, 1);
            numbers.Data.CopyFrom([.. Enumerable.Range(0, 8).Select(i => factor * MathF.Sin(i))]);
            TickOutput output = model.Forward(tape, new FeatureMap(numbers, 2, 1, 4));
            device.Elementwise.Fill(output.Predictions.Gradient, 1f);
            output.Predictions.MarkGradient();
            tape.Backward();
            return (output.Predictions.Data.ToArray(), numbers.Gradient.ToArray());
        }
    }

    [Test]
    public void Restore_SortDecaysOutsideTheBounds_StayAsTheyAre()
    {
        using SortMachine machine = Sort.Create(TestDevices.Open("cpu"), 1);
        StateDictionary state = ModelState.Capture(machine.Parameters);
        float[] decays = [-1f, 16f, 0f, 15f, 3f, -0.5f];
        decays.CopyTo(state["decay_params_out"].Singles, 0);
        ModelState.Restore(machine.Parameters, state);
        Assert.That(machine.Parameters.Parameters.Single(p => p.Name == "decay_params_out").Data.ToArray(), Is.EqualTo(decays));
    }
}
