using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tasks.Cores;

namespace Ctm.Benchmarks.Comparison;

/// <summary>This engine.</summary>
internal sealed class EngineSide : ITrainingSide
{
    /// <summary>The learning rate of all sides.</summary>
    public const double LearningRate = 1e-4;

    private const ulong Seed = 1;
    private readonly ModelCore core;
    private readonly ContinuousThoughtMachine model;
    private readonly TwoTickLoss loss;
    private readonly AdamWOptimizer optimizer;
    private readonly Tape training, inference;
    private readonly float[] features;
    private readonly int[] classes;
    private readonly DeviceBuffer<int> targets;
    private Tensor? predictions;
    private CoreData? data;

    public EngineSide(ComputeDevice device, ModelCore core, int checkpointTicks)
    {
        this.core = core;
        Device = device;
        model = core.Model.Create(device, Seed);
        loss = new TwoTickLoss(
            device, new LossShape(core.Model.Ticks, core.Batch, core.Model.Positions, core.Model.Classes), lookahead: core.Lookahead);
        optimizer = new AdamWOptimizer(model.Parameters, new TrainingOptions { Steps = 1, LearningRate = LearningRate });
        training = new Tape(device) { CheckpointTicks = checkpointTicks };
        inference = new Tape(device);
        (features, classes) = CoreData.Batch(core);
        targets = device.Allocate<int>(classes.AsSpan());
    }

    public string Name => "engine";

    public string Version => typeof(ContinuousThoughtMachine).Assembly.GetName().Version!.ToString(3);

    public ComputeDevice Device { get; }

    /// <summary>What the peers start from. Ask before the first step of the optimizer.</summary>
    public CoreData Data => data ??= new CoreData(core, features, classes, ModelState.Capture(model.Parameters));

    public void Forward()
    {
        Think(training, recording: true);
        loss.Forward(training, predictions!, targets.View);
        Device.Synchronize();
    }

    public void Backward()
    {
        training.Backward();
        Device.Synchronize();
    }

    public void Differentiate(float[] predictionGradients)
    {
        Think(training, recording: true);
        predictions!.Gradient.CopyFrom(predictionGradients);
        predictions.MarkGradient();
        training.Backward();
        Device.Synchronize();
    }

    public void Optimize()
    {
        optimizer.Step(LearningRate);
        Device.Synchronize();
    }

    public void Infer()
    {
        Think(inference, recording: false);
        Device.Synchronize();
    }

    public float[] ReadPredictions() => predictions!.Data.ToArray();

    public double ReadLoss() => loss.Loss.ToArray()[0];

    public IReadOnlyDictionary<string, float[]> ReadGradients() =>
        model.Parameters.Parameters.ToDictionary(p => p.Name, p => p.Gradient.ToArray());

    public void Dispose()
    {
        training.Dispose();
        inference.Dispose();
        optimizer.Dispose();
        loss.Dispose();
        targets.Dispose();
        model.Dispose();
    }

    private void Think(Tape tape, bool recording)
    {
        if (recording)
        {
            model.Parameters.ClearGradients();
        }

        tape.Begin(recording);
        Tensor input = tape.New(core.Batch * core.Tokens, core.Model.ImageChannels, needsGradient: false);
        input.Data.CopyFrom(features);
        predictions = model.Forward(tape, new FeatureMap(input, core.Batch, core.Height, core.Width)).Predictions;
    }
}
