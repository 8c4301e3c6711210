using Ctm.Kernels.Execution;
using Ctm.Kernels.RandomNumbers;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.PairSampling;

internal struct NeuronRun<TInts> : IItemKernel<NeuronRun<TInts>>
    where TInts : struct, IMemory<TInts, int>
{
    public TInts Left, Right;
    public int First;

    public static void Run(NeuronRun<TInts> body, int item)
    {
        TInts left = body.Left.Skip(item), right = body.Right.Skip(item);
        left[0] = body.First + item;
        right[0] = body.First + item;
    }
}

internal struct RandomNeurons<TInts> : IItemKernel<RandomNeurons<TInts>>
    where TInts : struct, IMemory<TInts, int>
{
    public TInts Left, Right;
    public ulong Seed, Stream;
    public int Neurons, SelfPairs;

    public static void Run(RandomNeurons<TInts> body, int item)
    {
        Philox draw = Philox.Draw(body.Seed, body.Stream, (uint)item);
        int one = PairSamplingKernels.Bounded(draw.X, draw.Y, body.Neurons);
        int other = PairSamplingKernels.Bounded(draw.Z, draw.W, body.Neurons);
        TInts left = body.Left.Skip(item), right = body.Right.Skip(item);
        left[0] = one;
        right[0] = item < body.SelfPairs ? one : other;
    }
}
