using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Parity;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Parity;

[TestFixture]
internal sealed class ParityTaskTests
{
    // Measured with seed 0, places right before and after: CTM 0.49 and 0.78, LSTM 0.50 and 0.61. Guessing scores 0.5.
    [TestCase("ctm", 0.65)]
    [TestCase("lstm", 0.56)]
    [TestCase("ff", 0.56)]
    [TestCase("transformer", 0.56)]
    public void Run_SmokePreset_LearnsAndTellsUnseenSequences(string model, double least)
    {
        ParityRecipe recipe = ParityRecipe.Preset("smoke", model);
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        using var task = new ParityTask(device, recipe);
        var before = (ParityFigures)task.EvaluateUnseen(null, default);
        using var loop = new TrainingLoop(task, recipe.Training);
        double loss = loop.Run().Loss;
        var after = (ParityFigures)task.EvaluateUnseen(null, default);

        Assert.That(after.StepAccuracy, Is.GreaterThan(least).And.GreaterThan(before.StepAccuracy + 0.05));
        Assert.That(loss, Is.LessThan(0.6));
        Assert.That(after.PerTickPositionAccuracy, Has.Length.EqualTo(task.Model.Configuration.TickCount));
        Assert.That(after.PerTickAccuracy[^1], Is.EqualTo(after.PerTickPositionAccuracy[^1].Average()).Within(1e-9));
    }

    [Test]
    public void Run_TicksThatGrow_ResumedBitEqualToUninterrupted()
    {
        ParityRecipe smoke = ParityRecipe.Preset("smoke", "ctm");
        ParityRecipe recipe = smoke with { Lookahead = 2, TicksAhead = 1, Training = smoke.Training with { Steps = 60 } };
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var whole = new ParityTask(device, recipe);
        using var uninterrupted = new TrainingLoop(whole, recipe.Training);
        TrainingState? half = null;
        StateDictionary? parameters = null;
        var ticks = new HashSet<double>();
        while (uninterrupted.Step < recipe.Training.Steps)
        {
            if (uninterrupted.Step == 30)
            {
                (half, parameters) = (uninterrupted.Capture(), ModelState.Capture(whole.Parameters));
            }

            uninterrupted.RunStep();
            ticks.Add(((ITrainingTask)whole).Capture()!["reach"].Singles[0]);
        }

        using var task = new ParityTask(device, recipe);
        using var resumed = new TrainingLoop(task, recipe.Training);
        ModelState.Restore(task.Parameters, parameters!);
        resumed.Restore(half!);
        while (resumed.Step < recipe.Training.Steps)
        {
            resumed.RunStep();
        }

        Assert.That(ticks, Has.Count.GreaterThan(30), "what counts differs from step to step");
        Assert.That(Values(task), Is.EqualTo(Values(whole)));

        static float[] Values(ParityTask of) => [.. of.Parameters.Parameters.SelectMany(p => p.Data.ToArray())];
    }

    [Test]
    public void Preset_PaperAndBaselines_HaveTheParametersOfTheReference()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        Assert.That(ParityRecipe.Preset("paper", "ctm").Model.CountParameters(device), Is.EqualTo(5_719_714));
        foreach (string preset in ParityRecipe.Presets)
        {
            double machine = ParityRecipe.Preset(preset, ModelKinds.Default).Model.CountParameters(device);
            foreach (string kind in new ParityDefinition().Models)
            {
                ParityRecipe recipe = ParityRecipe.Preset(preset, kind);
                double count = recipe.Model.CountParameters(device);
                double share = preset == "paper" && kind == ModelKinds.Lstm ? 0.05 : 0.03;
                Assert.That(recipe.Model.Kind, Is.EqualTo(kind));
                Assert.That(count / machine, Is.EqualTo(1).Within(share), $"{preset}, {kind}: {count} and {machine}");
                Assert.DoesNotThrow(() => new ParityDefinition().Check(recipe));
            }
        }
    }
}
