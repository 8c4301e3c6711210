using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Engine.Models;

/// <summary>
/// Has a model think about inputs only until it is certain (paper section 3.5: certainty, 1 - normalised entropy, as the measure to stop by).
/// As samples finish, those that go on move together into a smaller batch. Keeps its memory from call to call. Kinds that cannot
/// stop, such as feed-forward models, think all their ticks, and the answer is chosen afterwards.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="threshold">The certainty to stop at, 0 to 1; above 1 never stops.</param>
public sealed class Thinker(TickModel model, float threshold) : IDisposable
{
    private readonly List<Tape> tapes = [];

    /// <summary>Decides about inputs.</summary>
    /// <param name="inputs">Values, [B, height, width, channels].</param>
    /// <param name="height">Places down.</param>
    /// <param name="width">Places across.</param>
    /// <exception cref="ArgumentException">When the values are no whole number of inputs.</exception>
    public Decisions Think(ReadOnlySpan<float> inputs, int height, int width)
    {
        TickModelConfiguration c = model.Configuration;
        int batch = Thought.CountInputs(c, inputs.Length, height, width, nameof(inputs));
        var samples = new UndecidedSamples(batch, c.OutputWidth, threshold);
        if (model is IStoppable stoppable)
        {
            Tape tape = TapeOf(0);
            tape.Begin(recording: false);
            Tensor input = tape.New(batch * height * width, c.InputChannels, needsGradient: false);
            input.Data.CopyFrom(inputs);
            stoppable.Begin(tape, new FeatureMap(input, batch, height, width));
            Think(stoppable, samples);
        }
        else
        {
            Thought all = Thought.About(model, inputs, height, width);
            for (int t = 0; t < all.Ticks; t++)
            {
                samples.Hear(all.PredictionsAt(t), all.CertaintiesAt(t));
            }
        }

        return samples.Decide();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tape tape in tapes)
        {
            tape.Dispose();
        }

        tapes.Clear();
    }

    private void Think(IStoppable stoppable, UndecidedSamples samples)
    {
        TickModelConfiguration c = model.Configuration;
        int stage = 0, first = 0;
        Tape tape = tapes[0];
        tape.BeginRollingTicks(c.TickCount);
        for (int tick = 0; tick < c.TickCount; tick++)
        {
            if (samples.CanCompact)
            {
                tape.EndRecurrence();
                int before = samples.Rows;
                int[] rows = samples.Compact();
                tape = TapeOf(++stage);
                tape.Begin(recording: false);
                DeviceView<int> chosen = tape.NewIndices(rows.Length);
                chosen.CopyFrom(rows);
                stoppable.GoOn(tape, new RowChoice(chosen, before), c.TickCount - tick);
                tape.BeginRollingTicks(c.TickCount - tick);
                first = tick;
            }

            tape.BeginTick(tick - first);
            Tensor predictions = stoppable.Think(tape);
            Tensor entropy = tape.New(1, samples.Rows, needsGradient: false);
            tape.Device.Losses.NormalizedEntropy(predictions.Data, entropy.Data, new LossShape(1, samples.Rows, c.Positions, c.Classes));
            if (!samples.Hear(predictions.Data.ToArray(), [.. entropy.Data.ToArray().Select(e => 1 - e)]))
            {
                break;
            }
        }

        tape.EndRecurrence();
    }

    private Tape TapeOf(int stage)
    {
        while (tapes.Count <= stage)
        {
            tapes.Add(new Tape(model.Device));
        }

        return tapes[stage];
    }
}
