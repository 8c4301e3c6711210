using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>
/// What a batch of Q&amp;A MNIST samples sees and hears. Images that stay for several ticks are there once: the backbone runs, and
/// BatchNorm's statistics move, once for each of them.
/// </summary>
public sealed record QamnistInput
{
    /// <summary>Number of samples B.</summary>
    public required int Batch { get; init; }

    /// <summary>The images one after another, each for all samples: tensor [images * B * height * width, 1].</summary>
    public required FeatureMap Images { get; init; }

    /// <summary>Number of the image that is seen at each digit tick, from 0.</summary>
    public required IReadOnlyList<int> ImageOfTick { get; init; }

    /// <summary>
    /// Codes of the question, [question ticks, B]: index of a digit from 0, -1 for plus, -2 for minus. Which of the two a tick
    /// has follows from its position alone: indices and operators take turns, an index is first.
    /// </summary>
    public required ReadOnlyMemory<int> Question { get; init; }

    /// <summary>Number of images.</summary>
    public int ImageCount => Images.Batch / Batch;

    /// <summary>Number of question ticks.</summary>
    public int QuestionTicks => Question.Length / Batch;

    /// <summary>
    /// Copies a batch to the device, laid out as the reference has it. An image that equals that of the tick before in all samples is
    /// taken for the same; its input gradient is that of its first tick, and the others' is 0.
    /// </summary>
    /// <param name="tape">The tape, begun; it owns the images.</param>
    /// <param name="images">Pixels, [B, digit ticks, 1, height, width].</param>
    /// <param name="question">Codes, [B, question ticks].</param>
    /// <param name="batch">Number of samples B.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="width">Pixels across.</param>
    /// <exception cref="ArgumentException">When pixels or codes are no whole number of ticks.</exception>
    public static QamnistInput Create(
        Tape tape, ReadOnlySpan<float> images, ReadOnlySpan<int> question, int batch, int height, int width)
    {
        int pixels = height * width;
        if (batch < 1 || pixels < 1 || images.IsEmpty || images.Length % (batch * pixels) != 0 || question.Length % batch != 0)
        {
            throw new ArgumentException(
                $"{images.Length} pixels and {question.Length} codes are no ticks of {batch} samples with {height} x {width} pixels.");
        }

        int ticks = images.Length / (batch * pixels), count = 0;
        var imageOfTick = new int[ticks];
        for (int tick = 0; tick < ticks; tick++)
        {
            count += tick > 0 && Repeats(images, tick, ticks, batch, pixels) ? 0 : 1;
            imageOfTick[tick] = count - 1;
        }

        Tensor tensor = tape.New(count * batch * pixels, 1);
        for (int tick = 0; tick < ticks; tick++)
        {
            if (tick == 0 || imageOfTick[tick] != imageOfTick[tick - 1])
            {
                for (int b = 0; b < batch; b++)
                {
                    tensor.Data.Slice(((imageOfTick[tick] * batch) + b) * pixels, pixels).CopyFrom(At(images, b, tick, ticks, pixels));
                }
            }
        }

        int length = question.Length / batch;
        var codes = new int[question.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = question[(i % batch * length) + (i / batch)];
        }

        return new QamnistInput
        {
            Batch = batch,
            Images = new FeatureMap(tensor, count * batch, height, width),
            ImageOfTick = imageOfTick,
            Question = codes,
        };
    }

    private static ReadOnlySpan<float> At(ReadOnlySpan<float> images, int sample, int tick, int ticks, int pixels) =>
        images.Slice(((sample * ticks) + tick) * pixels, pixels);

    private static bool Repeats(ReadOnlySpan<float> images, int tick, int ticks, int batch, int pixels)
    {
        for (int b = 0; b < batch; b++)
        {
            if (!At(images, b, tick, ticks, pixels).SequenceEqual(At(images, b, tick - 1, ticks, pixels)))
            {
                return false;
            }
        }

        return true;
    }
}
