using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Files;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Whole training runs against the reference: every step's loss, rate, gradient norm and chosen ticks, and what comes out.</summary>
internal sealed class GoldenTrajectoryTests
{
    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "traj" })]
    public void Golden_Training_EqualsReference(GoldenCase golden)
    {
        TrainingOptions options = GoldenTraining.Options(golden.HyperParameters.GetProperty("optim"));
        using var task = new GoldenTask(Device, golden);
        if (golden.HyperParameters.TryGetProperty("no_decay_names", out JsonElement names))
        {
            Assert.That(
                task.Parameters.Parameters.Where(p => !Optimizer.IsDecayed(p, options)).Select(p => p.Name),
                Is.EqualTo(names.EnumerateArray().Select(n => n.GetString())));
        }

        using var loop = new TrainingLoop(task, options);
        using var end = new CancellationTokenSource();
        var reports = new Reports(task, golden.Int("steps"), end);
        try
        {
            loop.Run(reports, end.Token);
        }
        catch (OperationCanceledException) when (loop.Step == golden.Int("steps"))
        {
        }

        Assert.Multiple(() =>
        {
            golden.Verify("out.lr", reports.Select(r => r.LearningRate));
            golden.Verify("out.loss", reports.Select(r => r.Loss));
            golden.Verify("out.grad_norm", reports.Select(r => r.GradientNorm));
            golden.Verify("out.where_most_certain", [.. reports.Ticks]);
            StateDictionary final = ModelState.Capture(task.Parameters);
            foreach (string name in golden.Group("final.param."))
            {
                golden.Verify("final.param." + name, final[name].Singles);
            }

            foreach (string name in golden.Group("final.buffer."))
            {
                VerifyBuffer(golden, name, final[name]);
            }
        });
    }

    private static void VerifyBuffer(GoldenCase golden, string name, StateTensor tensor)
    {
        if (tensor.Kind == StateTensorKind.Int64)
        {
            golden.Verify("final.buffer." + name, tensor.Integers);
        }
        else
        {
            golden.Verify("final.buffer." + name, tensor.Singles);
        }
    }

    /// <summary>Keeps every step's report, and ends the run after a number of them.</summary>
    private sealed class Reports(GoldenTask task, int steps, CancellationTokenSource end) : IProgress<TrainingProgress>
    {
        private readonly List<TrainingProgress> all = [];

        public List<long> Ticks { get; } = [];

        public double[] Select(Func<TrainingProgress, double> of) => [.. all.Select(of)];

        public void Report(TrainingProgress value)
        {
            all.Add(value);
            Ticks.AddRange(task.ReadTicks());
            if (value.Step == steps)
            {
                end.Cancel();
            }
        }
    }

    /// <summary>A model that is trained on the batches of a golden file, over and over.</summary>
    private sealed class GoldenTask : ITrainingTask, IDisposable
    {
        private readonly ComputeDevice device;
        private readonly TickModel model;
        private readonly TwoTickLoss loss;
        private readonly DeviceBuffer<int> targets;
        private readonly float[] inputs;
        private readonly int[] labels;
        private readonly int batches, batch, height, width, channels;

        public GoldenTask(ComputeDevice device, GoldenCase golden)
        {
            this.device = device;
            JsonObject arguments = JsonNode.Parse(golden.HyperParameters.GetProperty("model_args").GetRawText())!.AsObject();
            arguments["model"] = golden.HyperParameters.GetProperty("model_class").GetString();
            var configuration = JsonFiles.Parse<TickModelConfiguration>(arguments.ToJsonString(), golden.Name);
            model = configuration.Create(device, 1);
            ModelState.Restore(model.Parameters, golden.State());

            // Pictures [batches, B, C, H, W], or sequences [batches, B, L].
            long[] shape = golden.Shape("in.x");
            bool isPicture = shape.Length == 5;
            (batches, batch) = ((int)shape[0], (int)shape[1]);
            (channels, height, width) = isPicture ? ((int)shape[2], (int)shape[3], (int)shape[4]) : (1, 1, (int)shape[2]);
            inputs = GoldenChecks.ToChannelsLast(golden.Singles("in.x"), batches * batch, channels);
            labels = GoldenChecks.Ints(golden.Integers("in.targets"));
            targets = device.Allocate<int>(labels.Length / batches);
            JsonElement settings = golden.HyperParameters.GetProperty("loss");
            loss = new TwoTickLoss(
                device,
                new LossShape(configuration.TickCount, batch, configuration.Positions, configuration.Classes),
                settings.GetProperty("use_most_certain").GetBoolean(),
                settings.TryGetProperty("cirriculum_lookahead", out JsonElement l) ? l.GetInt32() : null);
        }

        public ParameterSet Parameters => model.Parameters;

        public void Forward(Tape tape, long step)
        {
            int at = (int)(step % batches), size = inputs.Length / batches;
            targets.View.CopyFrom(labels.AsSpan(at * targets.Length, targets.Length));
            Tensor input = tape.New(batch * height * width, channels, needsGradient: false);
            input.Data.CopyFrom(inputs.AsSpan(at * size, size));
            loss.Forward(tape, model.Forward(tape, new FeatureMap(input, batch, height, width)).Predictions, targets.View);
        }

        public double ReadLoss() => loss.Loss.ToArray()[0];

        public IEnumerable<long> ReadTicks() =>
            loss.UseMostCertain ? loss.MostCertainTicks.ToArray().Select(t => (long)t) : Enumerable.Repeat(-1L, batch);

        public IReadOnlyDictionary<string, double> ReadMeasures() => new Dictionary<string, double>();

        public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation) => new Dictionary<string, double>();

        public void Dispose()
        {
            loss.Dispose();
            targets.Dispose();
            model.Dispose();
        }
    }
}
