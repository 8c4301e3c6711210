using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;
using Ctm.Tests.Engine.Models;
using Ctm.Tests.Kernels;
using Ctm.Tests.Tasks.Mazes;

namespace Ctm.Tests.Engine.Training;

/// <summary>Weights and histories in half precision, against the same in single precision.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class HalfPrecisionTests(string deviceName)
{
    // A half keeps 11 bits. Measured, relative to the largest value: predictions, which are mostly biases at the start, 5e-6, gradients 6e-3.
    private const double Predictions = 5e-5, Gradients = 3e-2;

    internal static readonly CtmConfiguration Configuration = new()
    {
        Ticks = 2,
        Neurons = 16,
        InputWidth = 8,
        Heads = 2,
        OutputNeurons = 6,
        ActionNeurons = 5,
        SynapseDepth = 2,
        MemoryLength = 5,
        HiddenWidth = 4,
        Backbone = "none",
        ImageChannels = 3,
        PositionalEmbedding = "none",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
    };

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Train_HalfPrecision_FollowsSinglePrecision()
    {
        (float[] single, float[][] singleGradients, string[] names) = Train(StoragePrecision.Single);
        (float[] half, float[][] halfGradients, _) = Train(StoragePrecision.Half);
        Assert.That(half, Is.Not.EqualTo(single));
        Close(half, single, Predictions, "predictions");
        for (int i = 0; i < names.Length; i++)
        {
            Close(halfGradients[i], singleGradients[i], Gradients, names[i]);
        }
    }

    private static void Close(float[] actual, float[] expected, double tolerance, string what)
    {
        double scale = expected.Max(x => Math.Abs((double)x));
        double error = actual.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.That(error, Is.LessThanOrEqualTo(tolerance * scale), what);
    }

    private (float[] Predictions, float[][] Gradients, string[] Names) Train(StoragePrecision precision)
    {
        using TickModel model = Configuration.Create(Device, 11);
        model.Parameters.Precision = precision;
        using var tape = new Tape(Device);
        model.Parameters.ClearGradients();
        float[] predictions = InputPasses.Train(tape, model, 4, 2, 2, 3);
        IReadOnlyList<Parameter> parameters = model.Parameters.Parameters;
        return (predictions, [.. parameters.Select(p => p.Gradient.ToArray())], [.. parameters.Select(p => p.Name)]);
    }
}

/// <summary>Training in half precision on the host, and the scale of losses.</summary>
internal sealed class LossScaleTests
{
    [Test]
    public void Run_SmokePresetInHalfPrecision_Learns()
    {
        MazeRecipe smoke = MazeRecipe.Preset("smoke");
        (double before, MazeFigures after) = MazeLearning.Of(
            smoke with { Training = smoke.Training with { Precision = StoragePrecision.Half } });

        // As in single precision: measured there 0.67.
        Assert.That(after.StepAccuracy, Is.GreaterThan(before + 0.4).And.GreaterThan(0.6), $"before {before}, after {after}");
    }

    [Test]
    public void RunStep_ScaledLosses_AreTheSameBits([Values(1, 1024, 65536)] double scale) =>
        Assert.That(Train(scale), Is.EqualTo(Train(0)));

    [Test]
    public void Step_GradientsThatAreNotFinite_ChangesNothingButTheScale()
    {
        MazeRecipe recipe = MazeRecipe.Preset("smoke");
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var task = new MazeTask(device, recipe);
        using var optimizer = Optimizer.Create(task.Parameters, recipe.Training with { Precision = StoragePrecision.Half });
        float[] before = task.Parameters.Values.ToArray();
        device.Elementwise.Fill(task.Parameters.Gradients, 1f);
        task.Parameters.Gradients.Slice(3, 1).CopyFrom([float.PositiveInfinity]);
        Assert.That(optimizer.LossScale, Is.EqualTo(32768f));
        optimizer.Step(1e-3);
        Assert.That(task.Parameters.Values.ToArray(), Is.EqualTo(before));
        Assert.That(optimizer.LossScale, Is.EqualTo(16384f));
        device.Elementwise.Fill(task.Parameters.Gradients, 1f);
        optimizer.Step(1e-3);
        Assert.That(task.Parameters.Values.ToArray(), Is.Not.EqualTo(before).And.None.NaN);
        Assert.That(optimizer.LossScale, Is.EqualTo(16384f));
    }

    [Test]
    public void Accept_ManyFiniteSteps_DoublesTheScaleUpToTheLargest()
    {
        const double largest = TrainingOptions.LargestLossScale;
        LossScaler scaler = LossScaler.Of(new TrainingOptions { Steps = 1, LearningRate = 1, LossScale = largest / 2 })!;
        for (int i = 1; i < LossScaler.GrowAfter; i++)
        {
            Assert.That(scaler.Accept(1), Is.True);
        }

        Assert.That(scaler.Factor, Is.EqualTo(largest / 2));
        scaler.Accept(1);
        Assert.That(scaler.Factor, Is.EqualTo(largest));
        for (int i = 0; i < LossScaler.GrowAfter; i++)
        {
            scaler.Accept(1);
        }

        Assert.That(scaler.Factor, Is.EqualTo(largest));
        Assert.That(scaler.Accept(double.NaN), Is.False);
        Assert.That(scaler.Factor, Is.EqualTo(largest / 2));
    }

    [Test]
    public void Precision_Changed_TakesEffectAndGoesBack()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using TickModel model = HalfPrecisionTests.Configuration.Create(device, 11);
        float[] before = InputPasses.Evaluate(model, 5, 3, 3, 3);
        model.Parameters.Precision = StoragePrecision.Half;
        Assert.That(InputPasses.Evaluate(model, 5, 3, 3, 3), Is.Not.EqualTo(before));
        model.Parameters.Precision = StoragePrecision.Single;
        Assert.That(InputPasses.Evaluate(model, 5, 3, 3, 3), Is.EqualTo(before));
    }

    private static float[] Train(double scale)
    {
        MazeRecipe recipe = MazeRecipe.Preset("smoke");
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        using var task = new MazeTask(device, recipe);
        using var loop = new TrainingLoop(task, recipe.Training with { LossScale = scale, WarmUp = 1 });
        for (int i = 0; i < 6; i++)
        {
            loop.RunStep();
        }

        return task.Parameters.Values.ToArray();
    }
}
