using Ctm.Engine.Files;
using Ctm.Engine.Importing;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Mazes;

[TestFixture]
internal sealed class MazeAblationTests
{
    private static readonly string[] Presets = ["ablation", "ablation-no-nlm", "ablation-no-sync", "ablation-lstm-sync"];

    // Without neuron-level models, the printed count has a start_trace of [1045, 25], which nothing reads; here there is none.
    [TestCase("ablation", 8_967_160)]
    [TestCase("ablation-no-nlm", 8_948_885 - (1045 * 25))]
    [TestCase("ablation-no-sync", 8_965_112)]
    [TestCase("ablation-lstm-sync", 8_967_454)]
    public void Preset_Ablation_HasThePapersParametersAndTheSameRecipe(string preset, long parameters)
    {
        MazeRecipe small = MazeRecipe.Preset("small"), recipe = MazeRecipe.Preset(preset);
        Assert.That(recipe.Model.CountParameters(TestDevices.Open("cpu")), Is.EqualTo(parameters));
        Assert.That(recipe.Model.TickCount, Is.EqualTo(50));
        Assert.That(JsonFiles.ToText(recipe with { Model = small.Model }), Is.EqualTo(JsonFiles.ToText(small)), "same recipe");
        Assert.DoesNotThrow(() => MazeSettings.Check(recipe));
        Assert.That(MazeModels.UsesMostCertain(recipe.Model), "most certain");
    }

    [Test]
    public void Preset_AblationWithAnotherModel_SaysThatItHasItsOwn() => Assert.That(
        () => MazeRecipe.Preset("ablation-no-nlm", ModelKinds.Lstm),
        Throws.TypeOf<TaskSettingException>().With.Message.EqualTo(
            "Preset ablation-no-nlm compares models of its own: there are ablation, ablation-no-nlm, ablation-no-sync, ablation-lstm-sync; "
            + "leave --model out."));

    [Test]
    public void Run_SmallForm_Learns([ValueSource(nameof(Presets))] string preset)
    {
        (double before, MazeFigures after) = MazeLearning.Of(SmallForm(preset));

        // Waiting at every step would score about 0.5 and solve none. The LSTM learns least: 0.57 of the moves, 0.09 of the mazes.
        Assert.That(after.StepAccuracy, Is.GreaterThan(before + 0.2).And.GreaterThan(0.53), $"before {before}, after {after}");
        Assert.That(after.SolveRate, Is.GreaterThan(0.05));
    }

    [Test]
    public void Checkpoint_OfAnAblation_OpensAndIsOneThatExportTakes([ValueSource(nameof(Presets))] string preset)
    {
        using var folder = new TemporaryFolder();
        ComputeDevice device = TestDevices.Open("cpu");
        using TickModel model = SmallForm(preset).Model.Create(device, 3);
        Checkpoint.Save(folder["checkpoint"], model);
        using var opened = (TickModel)Checkpoint.Open(device, folder["checkpoint"]);
        Assert.That(opened.Configuration.ToString(), Is.EqualTo(model.Configuration.ToString()));
        Assert.That(opened.Parameters.Values.ToArray(), Is.EqualTo(model.Parameters.Values.ToArray()));
        ImportedCheckpoint read = CheckpointImport.Read(folder["checkpoint"]);
        read.Check(device);
        Assert.That(read.Configuration.ToString(), Is.EqualTo(model.Configuration.ToString()));
        CheckpointExport.Save(read, folder["exported"]);
        Assert.That(CheckpointImport.Read(folder["exported"]).Configuration.ToString(), Is.EqualTo(model.Configuration.ToString()));
    }

    // The preset with the sizes and the training of the smoke preset.
    private static MazeRecipe SmallForm(string preset)
    {
        MazeRecipe smoke = MazeRecipe.Preset("smoke");
        var c = (CtmConfiguration)smoke.Model;
        MazeRecipe recipe = MazeRecipe.Preset(preset);
        return smoke with
        {
            Model = recipe.Model switch
            {
                CtmConfiguration a => c with
                {
                    HasNeuronLevelModels = a.HasNeuronLevelModels,
                    HasSynchronization = a.HasSynchronization,
                    SynapseDepth = a.HasNeuronLevelModels ? 1 : 3,
                },
                LstmConfiguration a => ((LstmConfiguration)MazeRecipe.Preset("smoke", ModelKinds.Lstm).Model) with
                {
                    Layers = a.Layers,
                    OutputNeurons = c.OutputNeurons,
                    ActionNeurons = c.ActionNeurons,
                },
                _ => throw new ArgumentException(preset),
            },
        };
    }
}
