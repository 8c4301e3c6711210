using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Parity;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Parity;

[TestFixture]
internal sealed class ParityTaskTests
{
    [TestCase("ctm")]
    [TestCase("lstm")]
    public void Run_SmokePreset_LearnsAndTellsUnseenSequences(string model)
    {
        ParityRecipe recipe = ParityRecipe.Preset("smoke", model);
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        using var task = new ParityTask(device, recipe);
        var before = (ParityFigures)task.EvaluateUnseen(null, default);
        using var loop = new TrainingLoop(task, recipe.Training);
        double loss = loop.Run().Loss;
        var after = (ParityFigures)task.EvaluateUnseen(null, default);

        // Measured with seed 0: see the margins' distance in the message of a failure; guessing scores about 0.5, with a loss of 0.69.
        Assert.That(after.StepAccuracy, Is.GreaterThan(before.StepAccuracy + 0.1).And.GreaterThan(0.65), $"{before.StepAccuracy} to {after.StepAccuracy}");
        Assert.That(loss, Is.LessThan(0.45));
        Assert.That(after.PerTickPositionAccuracy, Has.Length.EqualTo(task.Model.Configuration.TickCount));
        Assert.That(after.PerTickAccuracy[^1], Is.EqualTo(after.PerTickPositionAccuracy[^1].Average()).Within(1e-9));
    }

    [Test]
    public void Preset_PaperAndLstm_HaveTheParametersOfTheReference()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        Assert.That(ParityRecipe.Preset("paper", "ctm").Model.CountParameters(device), Is.EqualTo(5_719_714));
        foreach (string preset in ParityRecipe.Presets)
        {
            double machine = ParityRecipe.Preset(preset, ModelKinds.Default).Model.CountParameters(device);
            double lstm = ParityRecipe.Preset(preset, ModelKinds.Lstm).Model.CountParameters(device);
            Assert.That(lstm / machine, Is.EqualTo(1).Within(0.05), $"{preset}: {lstm} and {machine}");
            Assert.DoesNotThrow(() => new ParityDefinition().Check(ParityRecipe.Preset(preset, ModelKinds.Lstm)));
        }
    }
}
