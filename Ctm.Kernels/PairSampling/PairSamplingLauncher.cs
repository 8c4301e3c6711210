using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.PairSampling;

/// <summary>The pair sampling kernels on either executor.</summary>
internal sealed class PairSamplingLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : PairSamplingKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Draw(
        NeuronSelection selection,
        SynchronizationUse use,
        DeviceView<int> left,
        DeviceView<int> right,
        int neurons,
        int selfPairs,
        ulong seed,
        ulong stream)
    {
        int count = left.Length;
        Check(selection, count, right.Length, neurons, selfPairs);
        if (selection == NeuronSelection.FirstLast)
        {
            int first = use == SynchronizationUse.Action ? neurons - count : 0;
            executor.Items(new NeuronRun<TInts> { Left = TInts.Of(left), Right = TInts.Of(right), First = first }, count, 4);
            return;
        }

        executor.Items(
            new RandomNeurons<TInts>
            {
                Left = TInts.Of(left),
                Right = TInts.Of(right),
                Seed = seed,
                Stream = stream,
                Neurons = neurons,
                SelfPairs = selfPairs,
            },
            count,
            100);
    }

    private static void Check(NeuronSelection selection, int left, int right, int neurons, int selfPairs)
    {
        if (!Enum.IsDefined(selection))
        {
            throw new ArgumentException($"There is no neuron selection {(int)selection}: use FirstLast, Random or RandomPairing.");
        }

        if (left != right)
        {
            throw new ArgumentException($"The lists of left and right neurons must be equally long, not {left} and {right}.");
        }

        if (neurons < 1)
        {
            throw new ArgumentException($"There must be 1 neuron or more to choose from, not {neurons}.");
        }

        if (selection == NeuronSelection.FirstLast && left > neurons)
        {
            throw new ArgumentException($"A run of {left} neurons does not fit into {neurons}: choose {neurons} or fewer.");
        }

        if (selfPairs < 0 || (selfPairs > 0 && (selection != NeuronSelection.RandomPairing || selfPairs >= left)))
        {
            throw new ArgumentException(
                $"Random pairing takes 0 to one less than its {left} pairs as self pairs, other selections none, not {selfPairs}.");
        }
    }
}
