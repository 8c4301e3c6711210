using Ctm.Kernels.Ctc;

namespace Ctm.Engine.Losses;

/// <summary>
/// Reads an order off predictions: every label exactly once, as the places of numbers to sort have it. A prefix beam search (Graves 2012,
/// "Sequence transduction with recurrent neural networks"; Hannun et al., arXiv 1408.2873) sums up the probabilities of the paths that
/// spell a prefix, as the loss does, over the prefixes without repetition that the ticks left can still complete. Where a model finds two
/// labels about as likely at two ticks, the most likely class of each may be the same one twice; an order never is.
/// </summary>
public sealed class CtcPermutationDecoder
{
    private const int DefaultBeamWidth = 32;
    private readonly int beamWidth;
    private readonly List<Prefix> beam = [], reached = [];
    private readonly List<Candidate> candidates = [];

    /// <summary>Creates a decoder.</summary>
    /// <param name="beamWidth">Prefixes that are kept from tick to tick, 1 or more; the more, the closer to the most likely order.</param>
    public CtcPermutationDecoder(int beamWidth = DefaultBeamWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(beamWidth, 1);
        this.beamWidth = beamWidth;
    }

    /// <summary>Reads one sample.</summary>
    /// <param name="logits">Shape [T, B, K]; all classes but the last, the blank, are labels.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="sample">The sample.</param>
    /// <returns>The K - 1 labels in order; with fewer ticks than labels as many as there are ticks.</returns>
    public int[] Decode(ReadOnlySpan<float> logits, CtcShape shape, int sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sample, shape.Batch);
        int labels = shape.Blank, length = Math.Min(labels, shape.Ticks);
        var logProbabilities = new double[shape.Classes];
        beam.Clear();
        beam.Add(new Prefix(labels));
        for (int t = 0; t < shape.Ticks; t++)
        {
            LogSoftmax.Of(logits.Slice(((t * shape.Batch) + sample) * shape.Classes, shape.Classes), logProbabilities);
            int ticksLeft = shape.Ticks - 1 - t;
            Extend(logProbabilities, shortest: length - ticksLeft);
        }

        return beam[0].Labels();
    }

    // One tick: every prefix stays as it is, by a blank or by its last label again, or takes one label more.
    private void Extend(double[] logProbabilities, int shortest)
    {
        int labels = logProbabilities.Length - 1;
        reached.Clear();
        candidates.Clear();
        foreach (Prefix prefix in beam)
        {
            double total = prefix.Total;
            Reach(prefix, total + logProbabilities[labels], double.NegativeInfinity);
            if (prefix.Parent is not null)
            {
                Reach(prefix, double.NegativeInfinity, prefix.EndsInLabel + logProbabilities[prefix.Label]);
            }

            for (int label = 0; label < labels; label++)
            {
                if (prefix.Has(label))
                {
                    continue;
                }

                double score = total + logProbabilities[label];
                if (prefix.Child(label) is { } child)
                {
                    Reach(child, double.NegativeInfinity, score);
                }
                else
                {
                    candidates.Add(new Candidate(prefix, label, score));
                }
            }
        }

        Keep(shortest);
    }

    private void Reach(Prefix prefix, double endsInBlank, double endsInLabel)
    {
        if (prefix.Reach(endsInBlank, endsInLabel))
        {
            reached.Add(prefix);
        }
    }

    // The most likely prefixes, and of equally likely ones the first; a prefix is born only when it is kept.
    private void Keep(int shortest)
    {
        foreach (Prefix prefix in reached)
        {
            candidates.Add(new Candidate(prefix, Candidate.Itself, prefix.TotalReached));
        }

        beam.Clear();
        foreach (Candidate best in candidates.Where(c => c.Length >= shortest).OrderByDescending(c => c.Score).Take(beamWidth))
        {
            beam.Add(best.Label == Candidate.Itself ? best.Prefix : best.Prefix.Extend(best.Label, best.Score));
        }

        reached.ForEach(prefix => prefix.Step());
    }

    private static double LogSum(double a, double b)
    {
        double most = Math.Max(a, b);
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(Math.Exp(a - most) + Math.Exp(b - most));
    }

    /// <summary>What may be kept: a prefix itself, or what a label makes of it.</summary>
    private readonly record struct Candidate(Prefix Prefix, int Label, double Score)
    {
        public const int Itself = -1;

        public int Length => Prefix.Length + (Label == Itself ? 0 : 1);
    }

    /// <summary>
    /// A list of labels, a node of the tree of all that were ever kept, with the logarithms of the probabilities of the paths that spell it
    /// and end in a blank, and in its last label.
    /// </summary>
    private sealed class Prefix
    {
        private readonly ulong[] used;
        private readonly Dictionary<int, Prefix> children = [];
        private double endsInBlank, nextBlank = double.NegativeInfinity, nextLabel = double.NegativeInfinity;
        private bool isReached;

        /// <summary>The empty list.</summary>
        public Prefix(int labels)
        {
            used = new ulong[(labels + 63) / 64];
            EndsInLabel = double.NegativeInfinity;
        }

        private Prefix(Prefix parent, int label, double score)
        {
            (Parent, Label, Length, EndsInLabel, endsInBlank) = (parent, label, parent.Length + 1, score, double.NegativeInfinity);
            used = [.. parent.used];
            used[label / 64] |= 1UL << (label % 64);
        }

        public Prefix? Parent { get; }

        public int Label { get; }

        public int Length { get; }

        public double EndsInLabel { get; private set; }

        public double Total => LogSum(endsInBlank, EndsInLabel);

        public double TotalReached => LogSum(nextBlank, nextLabel);

        public bool Has(int label) => ((used[label / 64] >> (label % 64)) & 1) != 0;

        public Prefix? Child(int label) => children.GetValueOrDefault(label);

        public Prefix Extend(int label, double score) => children[label] = new Prefix(this, label, score);

        /// <summary>Adds paths of the next tick; true for the first.</summary>
        public bool Reach(double endsInBlank, double endsInLabel)
        {
            nextBlank = LogSum(nextBlank, endsInBlank);
            nextLabel = LogSum(nextLabel, endsInLabel);
            bool first = !isReached;
            isReached = true;
            return first;
        }

        /// <summary>The next tick becomes the present one.</summary>
        public void Step()
        {
            (endsInBlank, EndsInLabel, nextBlank, nextLabel) = (nextBlank, nextLabel, double.NegativeInfinity, double.NegativeInfinity);
            isReached = false;
        }

        public int[] Labels()
        {
            var labels = new int[Length];
            for (Prefix prefix = this; prefix.Parent is not null; prefix = prefix.Parent)
            {
                labels[prefix.Length - 1] = prefix.Label;
            }

            return labels;
        }
    }
}
