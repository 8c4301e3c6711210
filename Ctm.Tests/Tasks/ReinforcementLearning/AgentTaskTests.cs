using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.ReinforcementLearning;

namespace Ctm.Tests.Tasks.ReinforcementLearning;

/// <summary>Agents in their environments: learning, evaluation, and the published sizes.</summary>
internal sealed class AgentTaskTests
{
    // A CTM takes much longer to make use of its memory; here it need not guess the velocities.
    [TestCase(ModelKinds.Default, false)]
    [TestCase(ModelKinds.Lstm, true)]
    public void Step_CartPole_KeepsThePoleUpMuchLonger(string kind, bool maskVelocity)
    {
        const string name = AgentRecipes.CartPole;
        AgentRecipe recipe = AgentRecipes.Preset(name, "smoke", kind) with { MaskVelocity = maskVelocity, Greedy = false };
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var task = new AgentTask(device, name, recipe);
        double before = task.Play(50).MeanLength;
        using var loop = new TrainingLoop(task, recipe.Training);
        while (loop.Step < recipe.Training.Steps)
        {
            loop.RunStep();
        }

        double after = task.Play(50).MeanLength;
        TestContext.Out.WriteLine($"{before:F1} to {after:F1} steps");
        Assert.That(before, Is.InRange(15, 35), "by chance it falls soon");
        Assert.That(after, Is.GreaterThan(2 * before));
    }

    [Test]
    public void Play_SameEpisodes_AreTheSameWhateverIsPlayedBeside()
    {
        AgentRecipe recipe = AgentRecipes.Preset(AgentRecipes.CartPole, "smoke", ModelKinds.Default) with { Greedy = true };
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var task = new AgentTask(device, AgentRecipes.CartPole, recipe);
        AgentFigures one = task.Play(1);
        Assert.That(task.Play(1), Is.EqualTo(one));
        Assert.That(task.Watch().Steps, Has.Count.EqualTo((int)one.MeanLength), "the first episode is the one that is watched");
        Assert.That(task.Play(30).Samples, Is.EqualTo(30));
    }

    [Test]
    public void Figures_FewEpisodes_AreAsWorkedOut()
    {
        Episode[] episodes = [new(0, 10, 1), new(1, 200, 5), new(2, 30, 2), new(3, 20, 0)];
        var figures = new AgentFigures("cartpole", episodes, 200);
        Assert.That(figures.MeanLength, Is.EqualTo(65));
        Assert.That(figures.MedianLength, Is.EqualTo(25));
        Assert.That(figures.MeanReturn, Is.EqualTo(2));
        Assert.That(figures.MedianReturn, Is.EqualTo(1.5));
        Assert.That(figures.CutShare, Is.EqualTo(0.25));
        Assert.That((figures.Samples, figures.Accuracy), Is.EqualTo((4, 2.0)));
    }

    [Test]
    public void Restore_OfOtherEnvironments_SaysWhatDiffersAndChangesNothing()
    {
        AgentRecipe recipe = AgentRecipes.Preset(AgentRecipes.CartPole, "smoke", ModelKinds.Default);
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var task = new AgentTask(device, AgentRecipes.CartPole, recipe);
        using var other = new AgentTask(device, AgentRecipes.CartPole, recipe with { NumEnvs = 8 });
        StateDictionary before = task.Capture();
        Assert.That(() => task.Restore(other.Capture()), Throws.TypeOf<CheckpointMismatchException>());
        Assert.That(() => task.Restore(null), Throws.TypeOf<CheckpointMismatchException>());
        Assert.That(task.Capture().All(t => t.Value.SameAs(before[t.Key])), Is.True);
    }

    // The paper's tables 7 to 9; the reference's rollout loop ends one rollout later.
    [TestCase(AgentRecipes.CartPole, ModelKinds.Default, 175_437, 782)]
    [TestCase(AgentRecipes.CartPole, ModelKinds.Lstm, 175_855, 782)]
    [TestCase(AgentRecipes.Acrobot, ModelKinds.Default, 350_094, 1667)]
    [TestCase(AgentRecipes.Acrobot, ModelKinds.Lstm, 350_118, 1667)]
    [TestCase(AgentRecipes.FourRooms, ModelKinds.Default, 7_802_690, 23_438)]
    [TestCase(AgentRecipes.FourRooms, ModelKinds.Lstm, 7_813_692, 23_438)]
    public void Preset_Paper_HasThePublishedParametersAndSteps(string task, string kind, long parameters, long steps)
    {
        AgentRecipe recipe = AgentRecipes.Preset(task, "paper", kind);
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var agent = recipe.Model.Create(device, 0);
        Assert.That(agent.Parameters.Count, Is.EqualTo(parameters));
        Assert.That(recipe.Training.Steps, Is.EqualTo(steps));
    }

    [Test]
    public void Preset_Lstm_HasAboutAsManyParameters(
        [Values(AgentRecipes.CartPole, AgentRecipes.Acrobot, AgentRecipes.FourRooms)] string task,
        [Values("quick", "smoke", "long")] string preset)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var ctm = AgentRecipes.Preset(task, preset, ModelKinds.Default).Model.Create(device, 0);
        using var lstm = AgentRecipes.Preset(task, preset, ModelKinds.Lstm).Model.Create(device, 0);
        long first = ctm.Parameters.Count, second = lstm.Parameters.Count;
        Assert.That((double)second / first, Is.EqualTo(1).Within(0.03), $"{second} and {first}");
    }

    [Test]
    public void Linear_Schedule_FallsToOnePartAtTheLastStep()
    {
        LearningRateSchedule schedule = LearningRateSchedule.Create(
            new TrainingOptions { Steps = 5, LearningRate = 1, WarmUp = 0, SchedulerType = SchedulerType.Linear });
        Assert.That(Enumerable.Range(0, 5).Select(s => schedule.At(s)), Is.EqualTo(new[] { 1.25, 1, 0.75, 0.5, 0.25 }).Within(1e-12));
    }
}
