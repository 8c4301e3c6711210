using Ctm.Engine.Files;
using Ctm.Kernels.PairSampling;

namespace Ctm.Tests.Engine.Models;

/// <summary>The synchronization by its definition over the whole history, in double precision.</summary>
internal sealed class NaiveSynchronization(StateDictionary indices, NeuronSelection selection)
{
    /// <summary>The synchronization of all pairs.</summary>
    /// <param name="kind"><c>action</c> or <c>out</c>.</param>
    /// <param name="decay">The decays, one a pair.</param>
    /// <param name="states">Post-activations so far, the start state first.</param>
    public double[] Of(string kind, double[] decay, List<double[]> states)
    {
        long[] left = indices[$"{kind}_neuron_indices_left"].Integers, right = indices[$"{kind}_neuron_indices_right"].Integers;
        (long, long)[] pairs = selection == NeuronSelection.RandomPairing
            ? [.. left.Zip(right)]
            : [.. from a in Enumerable.Range(0, left.Length) from b in Enumerable.Range(a, left.Length - a) select (left[a], right[b])];
        return
        [
            .. pairs.Select(((long I, long J) pair, int p) =>
            {
                double sum = 0, weight = 0;
                for (int k = 0; k < states.Count; k++)
                {
                    double w = Math.Exp(-Math.Clamp(decay[p], 0, 15) * (states.Count - 1 - k));
                    sum += w * states[k][pair.I] * states[k][pair.J];
                    weight += w;
                }

                return sum / Math.Sqrt(weight);
            }),
        ];
    }
}
