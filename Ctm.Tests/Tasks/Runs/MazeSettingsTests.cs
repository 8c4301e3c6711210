using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.PairSampling;
using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;

namespace Ctm.Tests.Tasks.Runs;

[TestFixture]
internal sealed class MazeSettingsTests
{
    private static MazeRecipe Quick => MazeRecipe.Preset("quick");

    // Settings cannot turn a model into one of another kind.
    private static IEnumerable<string> Machines => MazeRecipe.Presets.Where(p => MazeRecipe.Preset(p).Model.Kind == ModelKinds.Default);

    [Test]
    public void Apply_KeysAtAllDepths_SetsThem()
    {
        MazeRecipe recipe = MazeSettings.Apply(
            Quick,
            [
                "batch=3", "d_model=512", "learning_rate=5e-4", "augment=true", "neuron_select_type=first-last",
                "n_synch_action=8", "dropout_nlm=0.25",
            ]);

        Assert.That(recipe.Batch, Is.EqualTo(3));
        Assert.That(((CtmConfiguration)recipe.Model).Neurons, Is.EqualTo(512));
        Assert.That(recipe.Training.LearningRate, Is.EqualTo(5e-4));
        Assert.That(recipe.Augment, Is.True);
        Assert.That(((CtmConfiguration)recipe.Model).NeuronSelection, Is.EqualTo(NeuronSelection.FirstLast));
        Assert.That(((CtmConfiguration)recipe.Model).DropoutNlm, Is.EqualTo(0.25f));
    }

    [Test]
    public void Apply_TrainingOptions_TakesTheReferencesNames()
    {
        TrainingOptions training = MazeSettings.Apply(
            Quick,
            [
                "scheduler_type=multistep", "milestones=8000,15000", "gamma=0.3", "warm_up=0", "gradient_norm=0", "quantile_clip=0.9",
                "optimizer=sgd", "momentum=0.9",
            ]).Training;

        Assert.That(training.SchedulerType, Is.EqualTo(SchedulerType.Multistep));
        Assert.That(training.Milestones, Is.EqualTo(new[] { 8000L, 15000L }));
        Assert.That((training.Gamma, training.QuantileClip, training.Momentum), Is.EqualTo((0.3, 0.9, 0.9)));
        Assert.That(training.Optimizer, Is.EqualTo(OptimizerKind.Sgd));
        Assert.That(MazeSettings.Apply(Quick, ["optimizer=adamw", "scheduler_type=none"]).Training.SchedulerType, Is.EqualTo(SchedulerType.None));
    }

    [Test]
    public void Apply_Seed_SetsTheDropoutSeedToo()
    {
        MazeRecipe recipe = MazeSettings.Apply(Quick, ["seed=7"]);

        Assert.That((recipe.Seed, recipe.Training.Seed), Is.EqualTo((7UL, 7UL)));
    }

    [Test]
    public void Apply_Lists_TakesThemWithAndWithoutBrackets()
    {
        MazeRecipe recipe = MazeSettings.Apply(
            Quick, ["prediction_reshaper=[30, 5]", "weight_decay_exclusions=bias,start"]);

        Assert.That(recipe.Model.PredictionReshaper, Is.EqualTo(new[] { 30, 5 }));
        Assert.That(recipe.Training.WeightDecayExclusions, Is.EqualTo(new[] { "bias", "start" }));
    }

    [Test]
    public void Apply_MazeSizeAndRouteLength_FollowedByTheModelsShape()
    {
        MazeRecipe recipe = MazeSettings.Apply(Quick, ["maze_size=15", "route_length=20"]);

        Assert.That(recipe.Model.ImageSize, Is.EqualTo(15));
        Assert.That(recipe.Model.OutputWidth, Is.EqualTo(100));
        Assert.That(recipe.Model.PredictionReshaper, Is.EqualTo(new[] { 20, 5 }));
        Assert.That(MazeSettings.Apply(MazeRecipe.Preset("small"), ["maze_size=21"]).Model.ImageSize, Is.Zero);
    }

    [Test]
    public void Apply_ImageSizeItself_IsKept()
    {
        Assert.That(MazeSettings.Apply(Quick, ["image_size=13", "maze_size=15"]).Model.ImageSize, Is.EqualTo(13));
    }

    [TestCase("mazesize=9", "There is no setting 'mazesize': did you mean maze_size?")]
    [TestCase("augment=perhaps", "'augment' is the text 'perhaps'")]
    [TestCase("batch=1.5", "'batch' is 1.5")]
    [TestCase("neuron_select_type=both", "'neuron_select_type'")]
    [TestCase("=3", "is no setting")]
    [TestCase("lookahead=-1", "lookahead is -1, it must be 0 or more")]
    [TestCase("learning_rate=0", "learning_rate is 0, it must be above 0")]
    [TestCase("scheduler_type=steep", "'scheduler_type'")]
    [TestCase("milestones=100,-3", "milestones has -3, a milestone must be 0 or more")]
    [TestCase("scheduler_type=multistep", "milestones are none, and scheduler_type multistep needs some")]
    [TestCase("gamma=0", "gamma is 0, it must be above 0")]
    [TestCase("muon_momentum=1", "muon_momentum is 1, it must be from 0 to below 1")]
    [TestCase("muon_iterations=0", "muon_iterations is 0, it must be from 1 to 20")]
    [TestCase("muon_rate=0", "muon_rate is 0, it must be above 0")]
    [TestCase("quantile_clip=1.5", "quantile_clip is 1.5, it must be between 0 and 1")]
    [TestCase("quantile_clip=0.9", "gradient_norm is 1 and quantile_clip 0.9: one of them must be 0")]
    [TestCase("quantile_clip_window=0", "quantile_clip_window is 0, it must be 1 or more")]
    [TestCase("momentum=1", "momentum is 1, it must be from 0 to below 1")]
    [TestCase("weight_decay=-1", "weight_decay is -1, it must be 0 or more")]
    [TestCase("warm_up=0", "warm_up is 0, and the cosine schedule then stays below 1E-07: it must be 1 or more, or scheduler_type none")]
    public void Apply_WrongSetting_SaysWhatWouldBeRight(string setting, string message)
    {
        var error = Assert.Throws<TaskSettingException>(() => MazeSettings.Apply(Quick, [setting]))!;

        Assert.That(error.Message, Does.Contain(message));
        Assert.That(error.Message, Does.Not.Contain("line 1").And.Not.Contain("\n"));
    }

    [TestCaseSource(nameof(Machines))]
    public void Differences_Applied_GiveTheOtherRecipe(string preset)
    {
        MazeRecipe target = MazeRecipe.Preset(preset);
        IReadOnlyList<string> settings = RecipeSettings.Differences(Quick, target);

        MazeRecipe made = RecipeSettings.Apply(Quick, settings);

        Assert.That(RecipeSettings.Differences(made, target), Is.Empty);
        Assert.That(settings.Count == 0, Is.EqualTo(preset == "quick"));
    }
}
