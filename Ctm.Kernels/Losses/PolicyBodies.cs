using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Losses;

/// <summary>The softmax of one row of logits, as far as it is the same for all actions.</summary>
internal struct Policy<TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Logits;

    /// <summary>The largest logit, the sum of exp(logit - largest), its logarithm, and the entropy.</summary>
    public float Largest, Sum, LogSum, Entropy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Policy<TFloats> Of(TFloats logits, int classes)
    {
        Policy<TFloats> policy = default;
        policy.Logits = logits;
        float largest = logits[0], sum = 0f, weighted = 0f;
        for (int c = 1; c < classes; c++)
        {
            largest = XMath.Max(largest, logits[c]);
        }

        for (int c = 0; c < classes; c++)
        {
            float distance = logits[c] - largest, exp = XMath.Exp(distance);
            sum += exp;
            weighted += exp * distance;
        }

        policy.Largest = largest;
        policy.Sum = sum;
        policy.LogSum = XMath.Log(sum);
        policy.Entropy = policy.LogSum - (weighted / sum);
        return policy;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float LogProbability(int action) => Logits[action] - Largest - LogSum;

    /// <summary>NaN for an action that does not exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float CheckedLogProbability(int action, int classes) =>
        action >= 0 && action < classes ? LogProbability(action) : float.NaN;
}

internal struct EvaluatePolicy<TFloats, TInts> : IItemKernel<EvaluatePolicy<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits, LogProbabilities, Entropies, Probabilities;
    public TInts Actions;
    public int Classes;

    /// <summary>1 where the output is present.</summary>
    public int HasLogProbabilities, HasEntropies, HasProbabilities;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(EvaluatePolicy<TFloats, TInts> body, int item)
    {
        int classes = body.Classes;
        var policy = Policy<TFloats>.Of(body.Logits.Skip(item * classes), classes);
        if (body.HasLogProbabilities != 0)
        {
            body.LogProbabilities[item] = policy.CheckedLogProbability(body.Actions[item], classes);
        }

        if (body.HasEntropies != 0)
        {
            body.Entropies[item] = policy.Entropy;
        }

        if (body.HasProbabilities != 0)
        {
            TFloats probabilities = body.Probabilities.Skip(item * classes);
            for (int c = 0; c < classes; c++)
            {
                probabilities[c] = XMath.Exp(policy.Logits[c] - policy.Largest) / policy.Sum;
            }
        }
    }
}

/// <summary>The views of a <see cref="PpoBatch"/> and its <see cref="PpoShape"/>.</summary>
internal struct Transitions<TFloats, TInts>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits, Values, OldLogProbabilities, OldValues, Advantages, Returns;
    public TInts Actions;
    public int Count, Classes, ClipValues;
    public float ClipRange, EntropyWeight, ValueWeight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float Clipped(float value, float middle) =>
        XMath.Max(middle - ClipRange, XMath.Min(middle + ClipRange, value));

    /// <summary>Whether the loss that is not clipped is the larger, or equal: else no gradient flows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool PolicyCounts(float advantage, float ratio) => -advantage * ratio >= -advantage * Clipped(ratio, 1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float ClippedError(int item, float target)
    {
        float old = OldValues[item];
        return old + Clipped(Values[item] - old, 0f) - target;
    }
}

internal struct PpoTerms<TFloats, TInts> : IItemKernel<PpoTerms<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    /// <summary>Terms: one row a figure from PpoFigure.PolicyLoss on.</summary>
    public TFloats LogProbabilities, Ratios, Terms;

    public Transitions<TFloats, TInts> Batch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(PpoTerms<TFloats, TInts> body, int item)
    {
        Transitions<TFloats, TInts> batch = body.Batch;
        int classes = batch.Classes, count = batch.Count;
        var policy = Policy<TFloats>.Of(batch.Logits.Skip(item * classes), classes);
        float now = policy.CheckedLogProbability(batch.Actions[item], classes);
        float logRatio = now - batch.OldLogProbabilities[item], ratio = XMath.Exp(logRatio);
        float advantage = batch.Advantages[item], target = batch.Returns[item], error = batch.Values[item] - target;
        float valueLoss = error * error;
        if (batch.ClipValues != 0)
        {
            float clipped = batch.ClippedError(item, target);
            valueLoss = XMath.Max(valueLoss, clipped * clipped);
        }

        float away = ratio - 1f;
        body.LogProbabilities[item] = now;
        body.Ratios[item] = ratio;
        TFloats terms = body.Terms.Skip(item);
        terms[0] = XMath.Max(-advantage * ratio, -advantage * batch.Clipped(ratio, 1f));
        terms[count] = 0.5f * valueLoss;
        terms[2 * count] = policy.Entropy;
        terms[3 * count] = -logRatio;
        terms[4 * count] = away - logRatio;
        terms[5 * count] = away > batch.ClipRange || -away > batch.ClipRange ? 1f : 0f;
    }
}

/// <summary>The means of all terms and the loss; one row.</summary>
internal struct PpoSummary<TFloats> : IRowKernel<PpoSummary<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Terms, Summary;
    public int Count;
    public float EntropyWeight, ValueWeight;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(PpoSummary<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        float loss = 0f;
        for (int figure = 1; figure < PolicyLossKernels.Figures; figure++)
        {
            TFloats terms = body.Terms.Skip((figure - 1) * body.Count);
            var sum = TLanes.Broadcast(0f);
            for (int i = team.Index * TLanes.Width; i < body.Count; i += team.Count * TLanes.Width)
            {
                sum += terms.Load<TLanes>(i, body.Count);
            }

            float mean = team.Sum(TLanes.Sum(sum)) / body.Count;
            float weight = figure == 1 ? 1f : figure == 2 ? body.ValueWeight : figure == 3 ? -body.EntropyWeight : 0f;
            loss += figure <= 3 ? weight * mean : 0f;
            if (team.Index == 0)
            {
                body.Summary[figure] = mean;
            }
        }

        if (team.Index == 0)
        {
            body.Summary[0] = loss;
        }
    }
}

internal struct PpoGradient<TFloats, TInts> : IItemKernel<PpoGradient<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Ratios, LogitsGradient, ValuesGradient;
    public Transitions<TFloats, TInts> Batch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(PpoGradient<TFloats, TInts> body, int item)
    {
        Transitions<TFloats, TInts> batch = body.Batch;
        int classes = batch.Classes, action = batch.Actions[item];
        float advantage = batch.Advantages[item], ratio = body.Ratios[item], share = 1f / batch.Count;
        float byLogProbability = batch.PolicyCounts(advantage, ratio) ? -advantage * ratio * share : 0f;
        float entropyWeight = batch.EntropyWeight * share;
        var policy = Policy<TFloats>.Of(batch.Logits.Skip(item * classes), classes);
        TFloats gradient = body.LogitsGradient.Skip(item * classes);
        for (int c = 0; c < classes; c++)
        {
            float log = policy.LogProbability(c), probability = XMath.Exp(log);
            gradient[c] = (byLogProbability * ((c == action ? 1f : 0f) - probability))
                + (entropyWeight * probability * (log + policy.Entropy));
        }

        float target = batch.Returns[item], error = batch.Values[item] - target, counted = error;
        if (batch.ClipValues != 0)
        {
            // Where the clip does not act both are the same but for rounding, and the gradient is too.
            float clipped = batch.ClippedError(item, target), move = batch.Values[item] - batch.OldValues[item];
            bool acts = move > batch.ClipRange || -move > batch.ClipRange;
            counted = acts && clipped * clipped > error * error ? 0f : error;
        }

        body.ValuesGradient[item] = batch.ValueWeight * share * counted;
    }
}
