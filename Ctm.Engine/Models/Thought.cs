using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Engine.Models;

/// <summary>What a model thinks about one batch of images, copied to the host.</summary>
/// <param name="Ticks">Ticks T.</param>
/// <param name="Batch">Images B.</param>
/// <param name="Predictions">Logits, [T, B, outputs].</param>
/// <param name="Certainties">Certainty, 0 to 1, [T, B].</param>
public sealed record Thought(int Ticks, int Batch, float[] Predictions, float[] Certainties)
{
    /// <summary>The first tick, from 0, at which a sample is as certain as it gets.</summary>
    public int MostCertainTick(int sample)
    {
        int best = 0;
        for (int t = 1; t < Ticks; t++)
        {
            best = Certainties[(t * Batch) + sample] > Certainties[(best * Batch) + sample] ? t : best;
        }

        return best;
    }

    /// <summary>The logits of a sample at its most certain tick.</summary>
    public ReadOnlySpan<float> Answer(int sample)
    {
        int width = Predictions.Length / (Ticks * Batch);
        return Predictions.AsSpan(((MostCertainTick(sample) * Batch) + sample) * width, width);
    }

    /// <summary>The logits of a tick, [B, outputs].</summary>
    public ReadOnlySpan<float> PredictionsAt(int tick) => Predictions.AsSpan(tick * (Predictions.Length / Ticks), Predictions.Length / Ticks);

    /// <summary>The certainties of a tick, [B].</summary>
    public ReadOnlySpan<float> CertaintiesAt(int tick) => Certainties.AsSpan(tick * Batch, Batch);

    /// <summary>Has a model think about images, without recording anything for training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Pixels, [B, height, width, channels].</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="width">Pixels across.</param>
    /// <exception cref="ArgumentException">When the pixels are no whole number of images.</exception>
    public static Thought About(TickModel model, ReadOnlySpan<float> images, int height, int width)
    {
        TickModelConfiguration c = model.Configuration;
        int batch = CountInputs(c, images.Length, height, width, nameof(images));
        using var tape = new Tape(model.Device);
        tape.Begin(recording: false);
        Tensor input = tape.New(batch * height * width, c.InputChannels, needsGradient: false);
        input.Data.CopyFrom(images);
        TickOutput output = model.Forward(tape, new FeatureMap(input, batch, height, width));
        using DeviceBuffer<float> entropy = model.Device.Allocate<float>(c.TickCount * batch);
        model.Device.Losses.NormalizedEntropy(
            output.Predictions.Data, entropy.View, new LossShape(c.TickCount, batch, c.Positions, c.Classes));
        return new Thought(c.TickCount, batch, output.Predictions.Data.ToArray(), [.. entropy.View.ToArray().Select(e => 1 - e)]);
    }

    internal static int CountInputs(TickModelConfiguration c, int length, int height, int width, string name)
    {
        int pixels = height * width * c.InputChannels;
        return pixels > 0 && length > 0 && length % pixels == 0
            ? length / pixels
            : throw new ArgumentException(
                $"{length} values are no whole number of {height} x {width} images with {c.InputChannels} channels.", name);
    }
}
