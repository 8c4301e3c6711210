using Ctm.Kernels.Ctc;

namespace Ctm.Engine.Losses;

/// <summary>Which labels of a path are joined into one.</summary>
public enum CtcDecoding
{
    /// <summary>Equal labels with nothing but blanks between them: as tasks/sort/utils.py, which can never spell a label twice in a row.</summary>
    Reference,

    /// <summary>Equal labels at ticks that follow each other, as the loss has it (Graves et al. 2006): a blank separates them.</summary>
    Textbook,
}

/// <summary>A list of labels, as a path spells it.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="WaitTimes">Ticks without a new label before each of them.</param>
public sealed record CtcReading(int[] Labels, int[] WaitTimes)
{
    /// <summary>Whether it is exactly the target, no label more or less.</summary>
    public bool Spells(ReadOnlySpan<int> target) => target.SequenceEqual(Labels);

    /// <summary>
    /// How many places of a target it has right, one by one; what goes beyond the target is left out, what is missing is wrong
    /// (tasks/sort/train.py fills it up with blanks, which no target has).
    /// </summary>
    public int CountCorrect(ReadOnlySpan<int> target)
    {
        int correct = 0;
        for (int i = 0; i < Math.Min(target.Length, Labels.Length); i++)
        {
            correct += Labels[i] == target[i] ? 1 : 0;
        }

        return correct;
    }
}

/// <summary>Reads lists off predictions, taking the most likely class of every tick; the last class is the blank.</summary>
public static class CtcDecoder
{
    /// <summary>Reads one sample.</summary>
    /// <param name="logits">Shape [T, B, K].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="decoding">Which labels are joined into one.</param>
    public static CtcReading Decode(ReadOnlySpan<float> logits, CtcShape shape, int sample, CtcDecoding decoding)
    {
        var path = new int[shape.Ticks];
        for (int t = 0; t < path.Length; t++)
        {
            ReadOnlySpan<float> tick = logits.Slice(((t * shape.Batch) + sample) * shape.Classes, shape.Classes);
            for (int c = 1; c < tick.Length; c++)
            {
                path[t] = tick[c] > tick[path[t]] ? c : path[t];
            }
        }

        return Decode(path, shape.Blank, decoding);
    }

    /// <summary>Reads a path.</summary>
    /// <param name="path">The class at every tick.</param>
    /// <param name="blank">The blank.</param>
    /// <param name="decoding">Which labels are joined into one.</param>
    public static CtcReading Decode(ReadOnlySpan<int> path, int blank, CtcDecoding decoding)
    {
        var labels = new List<int>();
        var waitTimes = new List<int>();
        int previous = -1, wait = 0;
        foreach (int label in path)
        {
            if (label != blank && label != previous)
            {
                labels.Add(label);
                waitTimes.Add(wait);
                wait = 0;
            }
            else
            {
                wait++;
            }

            if (label != blank || decoding == CtcDecoding.Textbook)
            {
                previous = label;
            }
        }

        return new CtcReading([.. labels], [.. waitTimes]);
    }
}
