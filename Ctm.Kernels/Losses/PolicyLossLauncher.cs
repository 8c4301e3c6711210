using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Losses;

/// <summary>The kernels of proximal policy optimisation on either executor.</summary>
internal sealed class PolicyLossLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : PolicyLossKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Evaluate(
        DeviceView<float> logits,
        DeviceView<int> actions,
        DeviceView<float> logProbabilities,
        DeviceView<float> entropies,
        DeviceView<float> probabilities,
        int count,
        int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        int length = Lengths.Of(count, classes);
        Lengths.AtLeast(logits, length, nameof(logits));
        Lengths.AtLeastIfPresent(logProbabilities, count, nameof(logProbabilities));
        Lengths.AtLeastIfPresent(entropies, count, nameof(entropies));
        Lengths.AtLeastIfPresent(probabilities, length, nameof(probabilities));
        if (!logProbabilities.IsAbsent)
        {
            Lengths.AtLeast(actions, count, nameof(actions));
        }

        executor.Items(
            new EvaluatePolicy<TFloats, TInts>
            {
                Logits = TFloats.Of(logits),
                LogProbabilities = TFloats.Of(logProbabilities),
                Entropies = TFloats.Of(entropies),
                Probabilities = TFloats.Of(probabilities),
                Actions = TInts.Of(actions),
                Classes = classes,
                HasLogProbabilities = logProbabilities.IsAbsent ? 0 : 1,
                HasEntropies = entropies.IsAbsent ? 0 : 1,
                HasProbabilities = probabilities.IsAbsent ? 0 : 1,
            },
            count,
            30 * classes);
    }

    public override void Advantages(
        DeviceView<float> rewards,
        DeviceView<float> values,
        DeviceView<float> dones,
        DeviceView<float> nextValues,
        DeviceView<float> nextDones,
        DeviceView<float> advantages,
        DeviceView<float> returns,
        float discount,
        float decay,
        int steps,
        int environments)
    {
        int length = Lengths.Of(steps, environments);
        Lengths.AtLeast(rewards, length, nameof(rewards));
        Lengths.AtLeast(values, length, nameof(values));
        Lengths.AtLeast(dones, length, nameof(dones));
        Lengths.AtLeast(nextValues, environments, nameof(nextValues));
        Lengths.AtLeast(nextDones, environments, nameof(nextDones));
        Lengths.AtLeast(advantages, length, nameof(advantages));
        Lengths.AtLeast(returns, length, nameof(returns));
        executor.Items(
            new GeneralizedAdvantages<TFloats>
            {
                Rewards = TFloats.Of(rewards),
                Values = TFloats.Of(values),
                Dones = TFloats.Of(dones),
                NextValues = TFloats.Of(nextValues),
                NextDones = TFloats.Of(nextDones),
                Advantages = TFloats.Of(advantages),
                Returns = TFloats.Of(returns),
                Discount = discount,
                Decay = decay,
                Steps = steps,
                Environments = environments,
            },
            environments,
            5 * steps);
    }

    public override void Normalize(DeviceView<float> advantages, DeviceView<float> normalized)
    {
        int count = advantages.Length;
        if (count < 2)
        {
            throw new ArgumentException($"Advantages are normalised by their deviation: give two or more, not {count}.", nameof(advantages));
        }

        Lengths.AtLeast(normalized, count, nameof(normalized));
        executor.Rows(
            new NormalizeAdvantages<TFloats>
            {
                Advantages = TFloats.Of(advantages),
                Normalized = TFloats.Of(normalized),
                Count = count,
            },
            1,
            4 * count,
            aligned: false);
    }

    public override void Loss(
        PpoBatch batch,
        DeviceView<float> logProbabilities,
        DeviceView<float> ratios,
        DeviceView<float> terms,
        DeviceView<float> summary,
        PpoShape shape)
    {
        Transitions<TFloats, TInts> transitions = Check(batch, shape);
        Lengths.AtLeast(logProbabilities, shape.Count, nameof(logProbabilities));
        Lengths.AtLeast(ratios, shape.Count, nameof(ratios));
        Lengths.AtLeast(terms, Lengths.Of(Figures - 1, shape.Count), nameof(terms));
        Lengths.AtLeast(summary, Figures, nameof(summary));
        executor.Items(
            new PpoTerms<TFloats, TInts>
            {
                LogProbabilities = TFloats.Of(logProbabilities),
                Ratios = TFloats.Of(ratios),
                Terms = TFloats.Of(terms),
                Batch = transitions,
            },
            shape.Count,
            20 + (20 * shape.Classes));
        executor.Rows(
            new PpoSummary<TFloats>
            {
                Terms = TFloats.Of(terms),
                Summary = TFloats.Of(summary),
                Count = shape.Count,
                EntropyWeight = shape.EntropyWeight,
                ValueWeight = shape.ValueWeight,
            },
            1,
            6 * shape.Count,
            aligned: false);
    }

    public override void LossBackward(
        PpoBatch batch,
        DeviceView<float> ratios,
        DeviceView<float> logitsGradient,
        DeviceView<float> valuesGradient,
        PpoShape shape)
    {
        Transitions<TFloats, TInts> transitions = Check(batch, shape);
        Lengths.AtLeast(ratios, shape.Count, nameof(ratios));
        Lengths.AtLeast(logitsGradient, Lengths.Of(shape.Count, shape.Classes), nameof(logitsGradient));
        Lengths.AtLeast(valuesGradient, shape.Count, nameof(valuesGradient));
        executor.Items(
            new PpoGradient<TFloats, TInts>
            {
                Ratios = TFloats.Of(ratios),
                LogitsGradient = TFloats.Of(logitsGradient),
                ValuesGradient = TFloats.Of(valuesGradient),
                Batch = transitions,
            },
            shape.Count,
            20 + (40 * shape.Classes));
    }

    private static Transitions<TFloats, TInts> Check(PpoBatch batch, PpoShape shape)
    {
        shape.Check();
        Lengths.AtLeast(batch.Logits, Lengths.Of(shape.Count, shape.Classes), nameof(batch.Logits));
        Lengths.AtLeast(batch.Values, shape.Count, nameof(batch.Values));
        Lengths.AtLeast(batch.Actions, shape.Count, nameof(batch.Actions));
        Lengths.AtLeast(batch.OldLogProbabilities, shape.Count, nameof(batch.OldLogProbabilities));
        Lengths.AtLeast(batch.OldValues, shape.Count, nameof(batch.OldValues));
        Lengths.AtLeast(batch.Advantages, shape.Count, nameof(batch.Advantages));
        Lengths.AtLeast(batch.Returns, shape.Count, nameof(batch.Returns));
        return new Transitions<TFloats, TInts>
        {
            Logits = TFloats.Of(batch.Logits),
            Values = TFloats.Of(batch.Values),
            OldLogProbabilities = TFloats.Of(batch.OldLogProbabilities),
            OldValues = TFloats.Of(batch.OldValues),
            Advantages = TFloats.Of(batch.Advantages),
            Returns = TFloats.Of(batch.Returns),
            Actions = TInts.Of(batch.Actions),
            Count = shape.Count,
            Classes = shape.Classes,
            ClipValues = shape.ClipValues ? 1 : 0,
            ClipRange = shape.ClipRange,
            EntropyWeight = shape.EntropyWeight,
            ValueWeight = shape.ValueWeight,
        };
    }
}
