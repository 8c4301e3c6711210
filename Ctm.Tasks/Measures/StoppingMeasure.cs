using System.Diagnostics;
using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Losses;

namespace Ctm.Tasks.Measures;

/// <summary>
/// Counts what stopping at a certainty saves. Each batch is answered once before it is timed: a thought that stops meets new batch sizes, and
/// their memory is made at the first.
/// </summary>
internal sealed class StoppingMeasure : IDisposable
{
    private readonly TickModel model;
    private readonly double threshold;
    private readonly ClassificationEvaluator allTicks;
    private readonly Thinker thinker;
    private readonly Tape tape;
    private readonly Stopwatch stopping = new(), whole = new();
    private long count, ticks, computed, right;

    public StoppingMeasure(TickModel model, double threshold, bool useMostCertain)
    {
        this.model = model;
        this.threshold = threshold;
        TickModelConfiguration c = model.Configuration;
        allTicks = new ClassificationEvaluator(new LossShape(c.TickCount, 1, c.Positions, c.Classes), useMostCertain);
        thinker = new Thinker(model, (float)threshold);
        tape = new Tape(model.Device);
    }

    /// <summary>Answers a batch.</summary>
    /// <param name="samples">The batch.</param>
    public void Add(SampleBatch samples)
    {
        (int height, int width, float[] inputs, int[] targets) = samples;
        int positions = model.Configuration.Positions, batch = targets.Length / positions;
        thinker.Think(inputs, height, width);
        Answer(samples, batch);
        stopping.Start();
        Decisions decisions = thinker.Think(inputs, height, width);
        stopping.Stop();
        whole.Start();
        float[] logits = Answer(samples, batch);
        whole.Stop();
        count += batch;
        ticks += decisions.Ticks.Sum(t => (long)t);
        computed += decisions.ComputedTicks;
        allTicks.Add(logits, targets, batch);
        var chosen = new int[positions];
        for (int b = 0; b < batch; b++)
        {
            PredictionReading.Read(decisions.Answer(b), model.Configuration.Classes, chosen, null);
            right += targets.AsSpan(b * positions, positions).SequenceEqual(chosen) ? 1 : 0;
        }
    }

    public StoppingFigures Result() => new()
    {
        Threshold = threshold,
        Samples = (int)count,
        Accuracy = right / (double)Math.Max(1, count),
        AccuracyOfAllTicks = allTicks.Accuracy,
        MeanTicks = ticks / (double)Math.Max(1, count),
        ComputedTicks = computed / (double)Math.Max(1, count),
        Ticks = model.Configuration.TickCount,
        SamplesPerSecond = count / stopping.Elapsed.TotalSeconds,
        SamplesPerSecondOfAllTicks = count / whole.Elapsed.TotalSeconds,
    };

    public void Dispose()
    {
        thinker.Dispose();
        tape.Dispose();
    }

    private float[] Answer(SampleBatch samples, int batch)
    {
        (int height, int width, float[] inputs, _) = samples;
        tape.Begin(recording: false);
        Tensor input = tape.New(batch * height * width, model.Configuration.InputChannels, needsGradient: false);
        input.Data.CopyFrom(inputs);
        return model.Forward(tape, new FeatureMap(input, batch, height, width)).Predictions.Data.ToArray();
    }
}
