using Ctm.Engine.Autograd;
using Ctm.Engine.Costs;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Losses;
using Ctm.Tasks;
using Ctm.Tasks.Cores;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Cores;

/// <summary>What the cost functions say, beside what a recorded step asked of the device.</summary>
[TestFixture]
internal sealed class CoreCostsTests
{
    private const string Host = "cpu", Simulator = "ilgpu-cpu";

    private static IEnumerable<string> Cores => ModelCore.All.Select(c => c.Name);

    // 66 rows in all: beyond 64, sums over rows take two launches.
    [TestCaseSource(nameof(Cores))]
    public void Costs_OfAStepOnTheHost_AreWhatItWasAskedFor(string name) => Check(Host, Small(ModelCore.Named(name), ticks: 3, batch: 22));

    // These two have both kinds of synapses, of pairs and of losses.
    [TestCase("parity64")]
    [TestCase("maze-small")]
    public void Costs_OfAStepThroughIlgpu_AreWhatItWasAskedFor(string name)
    {
        ModelCore core = Small(ModelCore.Named(name), ticks: 2, batch: 2);

        Check(Simulator, core with { Model = core.Model with { SynapseDepth = Math.Min(2, core.Model.SynapseDepth) } });
    }

    [TestCase(Host)]
    [TestCase(Simulator)]
    public void Costs_OfAStepInHalfPrecision_AreWhatItWasAskedFor(string device)
    {
        ModelCore core = Small(ModelCore.Named("maze-small"), ticks: 2, batch: 2);

        Check(device, core with { Model = core.Model with { SynapseDepth = 2 } }, StoragePrecision.Half);
    }

    [Test]
    public void Costs_InHalfPrecision_MoveFewerBytes()
    {
        ModelCore core = ModelCore.Named("maze-medium");
        CostSum single = CostSum.Of(CoreCosts.Of(core)), half = CostSum.Of(CoreCosts.Of(core, StoragePrecision.Half));

        Assert.That(half.Bytes / single.Bytes, Is.InRange(0.6, 0.85));
    }

    // Fewer is better: change the figures when a kernel is fused.
    [TestCase("parity64", 8, 11)]
    [TestCase("maze-small", 32, 38)]
    [TestCase("maze-medium", 16, 22)]
    [TestCase("maze-paper", 32, 38)]
    [TestCase("imagenet-core", 32, 38)]
    public void LaunchesOfATick_OneMoreTick_AreAddedToTheStep(string name, int forward, int backward)
    {
        ComputeDevice device = TestDevices.Open(Host);
        ModelCore core = Small(ModelCore.Named(name), ticks: 3, batch: 22);

        long[] three = Record(device, core).Launches, four = Record(device, Small(core, ticks: 4, batch: 22)).Launches;

        Assert.That(four[0] - three[0], Is.EqualTo(forward), "forward");
        Assert.That(four[1] - three[1], Is.EqualTo(backward), "backward");
        IReadOnlyList<KernelCost> costs = CoreCosts.Of(core);
        Assert.That(CostSum.OfTick(costs.Where(c => c.Phase == StepPhase.Forward), 3).HostLaunches, Is.EqualTo(forward));
        Assert.That(CostSum.OfTick(costs.Where(c => c.Phase == StepPhase.Backward), 3).HostLaunches, Is.EqualTo(backward));
    }

    // At full size, since products are divided by their shapes. At depth 4, 16 forward and 28 backward are the most there should be.
    [TestCase("parity64", 8, 12)]
    [TestCase("maze-medium", 16, 23)]
    public void LaunchesOfATick_AtFullSizeOnADevice_AreThoseOfTheCosts(string name, int forward, int backward)
    {
        // Of all that is asked for, only the pairs are drawn.
        using IlgpuDevice device = IlgpuContext.OpenRecording(
            new LaunchRecorder(launch: false, despite: nameof(Kernels.PairSampling)), IlgpuContext.Simulated());
        ModelCore core = ModelCore.Named(name).With(ticks: 3, batch: null);

        long[] three = Record(device, core).Launches, four = Record(device, core.With(ticks: 4, batch: null)).Launches;

        Assert.That(four[0] - three[0], Is.EqualTo(forward), "forward");
        Assert.That(four[1] - three[1], Is.EqualTo(backward), "backward");
        IReadOnlyList<KernelCost> costs = CoreCosts.Of(core);
        Assert.That(CostSum.OfTick(costs.Where(c => c.Phase == StepPhase.Forward), 3).DeviceLaunches, Is.EqualTo(forward));
        Assert.That(CostSum.OfTick(costs.Where(c => c.Phase == StepPhase.Backward), 3).DeviceLaunches, Is.EqualTo(backward));
    }

    [Test]
    public void Costs_DropoutInTheModel_IsAnError()
    {
        ModelCore core = ModelCore.Named("parity64");

        Assert.That(
            () => CoreCosts.Of(core with { Model = core.Model with { Dropout = 0.1f } }),
            Throws.TypeOf<ModelConfigurationException>().With.Message.Contains("dropout"));
    }

    [Test]
    public void Projection_LaunchesAlone_TakeTheirTime()
    {
        var costs = new[] { new KernelCost(StepPhase.Forward, "Any", "any", 10, true, 7, 3, 60e9, 30e9) };

        Assert.That(GpuProjection.H100.KernelSeconds(costs), Is.EqualTo(10 * 0.01).Within(1e-12));
        Assert.That(GpuProjection.H100.StepSeconds(costs), Is.EqualTo((10 * 0.01) + (30 * 4e-6)).Within(1e-12));
        Assert.That(GpuProjection.H100.FloorSeconds(costs), Is.EqualTo(0.1).Within(1e-12));
    }

    [Test]
    public void Named_Unknown_ListsTheCores()
    {
        Assert.That(() => ModelCore.Named("parity"), Throws.TypeOf<TaskSettingException>().With.Message.Contains("parity64, maze-small"));
        Assert.That(
            () => ModelCore.Named("parity64").With(0, null), Throws.TypeOf<TaskSettingException>().With.Message.Contains("ticks is 0"));
    }

    [Test]
    public void All_EveryCore_HasAValidModel()
    {
        foreach (ModelCore core in ModelCore.All)
        {
            Assert.That(core.Model.Validate, Throws.Nothing, core.Name);
        }
    }

    private static void Check(string deviceName, ModelCore core, StoragePrecision precision = StoragePrecision.Single)
    {
        IReadOnlyList<KernelCost> costs = CoreCosts.Of(core, precision);

        StepCounts step = Record(TestDevices.Open(deviceName), core, precision);

        Assert.That(step.MatrixFlops, Is.EqualTo(costs.Where(c => c.Family == KernelCost.MatrixFamily).Sum(c => c.Calls * c.Flops)));
        foreach (StepPhase phase in Enum.GetValues<StepPhase>())
        {
            Assert.That(step.Launches[(int)phase], Is.EqualTo(LaunchesOf(deviceName, costs.Where(c => c.Phase == phase))), $"{phase}");
        }
    }

    private static long LaunchesOf(string device, IEnumerable<KernelCost> costs)
    {
        CostSum sum = CostSum.Of(costs);
        return device == Host ? sum.HostLaunches : sum.DeviceLaunches;
    }

    // The structure of the core, with sizes that are done at once.
    private static ModelCore Small(ModelCore core, int ticks, int batch) => core with
    {
        Height = 1,
        Width = 5,
        Batch = batch,
        Model = core.Model with
        {
            Ticks = ticks,
            Neurons = 48,
            InputWidth = 16,
            Heads = 2,
            ImageChannels = 7,
            MemoryLength = 4,
            HiddenWidth = 3,
            OutputNeurons = 9,
            ActionNeurons = 8,
            SelfPairs = 0,
            OutputWidth = 12,
            PredictionReshaper = core.Model.PredictionReshaper is [-1] ? [-1] : [4, 3],
        },
    };

    private static StepCounts Record(ComputeDevice device, ModelCore core, StoragePrecision precision = StoragePrecision.Single)
    {
        using ContinuousThoughtMachine model = core.Model.Create(device, 1);
        model.Parameters.Precision = precision;
        using var tape = new Tape(device);
        var options = new TrainingOptions { Steps = 1, LearningRate = 1e-4, Precision = precision };
        using var optimizer = new AdamWOptimizer(model.Parameters, options);
        using var loss = new TwoTickLoss(
            device, new LossShape(core.Model.Ticks, core.Batch, core.Model.Positions, core.Model.Classes), lookahead: core.Lookahead);
        using DeviceBuffer<int> targets = device.Allocate<int>(new int[core.Batch * core.Model.Positions].AsSpan());
        device.Profile = new LaunchProfile();
        var launches = new long[3];
        long before = device.Launches;
        void Count(StepPhase phase)
        {
            launches[(int)phase] = device.Launches - before;
            before = device.Launches;
        }

        model.Parameters.ClearGradients();
        tape.Begin(recording: true);
        Tensor features = tape.New(core.Batch * core.Tokens, core.Model.ImageChannels, needsGradient: false);
        features.Data.CopyFrom([.. Enumerable.Range(0, features.Length).Select(i => (i % 11) - 5f)]);
        TickOutput output = model.Forward(tape, new FeatureMap(features, core.Batch, core.Height, core.Width));
        loss.Forward(tape, output.Predictions, targets.View);
        Count(StepPhase.Forward);
        tape.Backward();
        Count(StepPhase.Backward);
        optimizer.Step(1e-4);
        Count(StepPhase.Optimizer);
        if (device is not IlgpuDevice { Recorder: not null })
        {
            Assert.That(device.Profile.Read().Sum(f => f.Launches), Is.EqualTo(launches.Sum()), "launches in the profile");
        }

        double flops = device.Profile.MatrixFlops;
        device.Profile = null;
        return new StepCounts(flops, launches);
    }

    private sealed record StepCounts(double MatrixFlops, long[] Launches);
}
