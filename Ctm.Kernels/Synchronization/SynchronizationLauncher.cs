using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Synchronization;

/// <summary>The synchronization kernels on either executor.</summary>
internal sealed class SynchronizationLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : SynchronizationKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    // Pairs of one sample, or ranks of one sample, that a team does: a GPU needs more teams than there are samples.
    private const int PairBlock = 512;
    private const int RankBlock = 128;

    // Pairs that a team walks over all samples with: one for each thread of a group, four cache lines on the host.
    private const int OwnedPairs = GroupTeam.Size;

    public override void PrepareDecays(
        DeviceView<float> decay,
        float low,
        float high,
        DeviceView<float> factors,
        DeviceView<float> slopes,
        DeviceView<float> betas,
        int steps,
        int pairs,
        bool passOutside = false) => executor.Elements(
        new PrepareDecays<TFloats>
        {
            Decay = TFloats.Of(decay),
            Factors = TFloats.Of(factors),
            Slopes = TFloats.Of(slopes),
            Betas = TFloats.Of(betas),
            Low = low,
            High = high,
            Outside = passOutside ? 1f : 0f,
            Steps = steps,
            Pairs = pairs,
        },
        pairs,
        Aligned.To4(pairs, decay, factors, slopes, betas));

    public override void Forward(DeviceView<float> state, in SynchronizationStep step, int batch)
    {
        SynchronizationForward<TFloats, TInts> body = Body(state, step, batch);
        executor.Rows(body, batch * body.Blocks, WorkOf(step), IsAligned(step));
    }

    public override void ForwardBoth(DeviceView<float> state, in SynchronizationStep first, in SynchronizationStep second, int batch)
    {
        var body = new SynchronizationForwardBoth<TFloats, TInts>
        {
            First = Body(state, first, batch),
            Second = Body(state, second, batch),
        };
        body.FirstRows = batch * body.First.Blocks;
        executor.Rows(
            body,
            body.FirstRows + (batch * body.Second.Blocks),
            Math.Max(WorkOf(first), WorkOf(second)),
            IsAligned(first) && IsAligned(second));
    }

    public override void Backward(
        DeviceView<float> outputGradient,
        DeviceView<float> output,
        DeviceView<float> previousOutput,
        DeviceView<float> factors,
        DeviceView<float> slopes,
        DeviceView<float> beta,
        DeviceView<float> previousBeta,
        DeviceView<float> alphaGradient,
        DeviceView<float> betaGradient,
        DeviceView<float> decayGradient,
        int batch,
        int pairs,
        bool isLast)
    {
        var body = new SynchronizationBackward<TFloats>
        {
            OutputGradient = TFloats.Of(outputGradient),
            Output = TFloats.Of(output),
            PreviousOutput = TFloats.Of(previousOutput),
            Factors = TFloats.Of(factors),
            Slopes = TFloats.Of(slopes),
            Beta = TFloats.Of(beta),
            PreviousBeta = TFloats.Of(previousBeta),
            AlphaGradient = TFloats.Of(alphaGradient),
            BetaGradient = TFloats.Of(betaGradient),
            DecayGradient = TFloats.Of(decayGradient),
            Batch = batch,
            Pairs = pairs,
            Block = OwnedPairs,
            HasGradient = outputGradient.IsAbsent ? 0 : 1,
            IsFirst = previousOutput.IsAbsent ? 1 : 0,
            IsLast = isLast ? 1 : 0,
        };
        if (executor.GroupThreads == 0)
        {
            executor.Rows(body, Blocks(pairs, OwnedPairs), 5 * batch * Math.Min(pairs, OwnedPairs), aligned: false);
        }
        else if (pairs > 0)
        {
            executor.Groups(Grouped(body), GroupedSynchronizationBackward<TFloats>.Grid(pairs, executor.GroupThreads));
        }
    }

    public override void StateGradient(
        DeviceView<float> state,
        PairIndex pairs,
        DeviceView<float> alphaGradient,
        DeviceView<float> stateGradient,
        int batch,
        bool accumulate)
    {
        int blocks = Blocks(pairs.Neurons, RankBlock);
        executor.Rows(
            new StateGradient<TFloats, TInts>
            {
                State = TFloats.Of(state),
                AlphaGradient = TFloats.Of(alphaGradient),
                Gradient = TFloats.Of(stateGradient),
                Ranked = TInts.Of(pairs.Ranked),
                Offsets = TInts.Of(pairs.Offsets),
                EntryPairs = TInts.Of(pairs.EntryPairs),
                EntryPartners = TInts.Of(pairs.EntryPartners),
                Batch = batch,
                Neurons = pairs.Neurons,
                Pairs = pairs.Pairs,
                Block = RankBlock,
                Blocks = blocks,
                Accumulate = accumulate ? 1 : 0,
            },
            Blocks(batch, StateGradient<TFloats, TInts>.Samples) * blocks,
            4 * StateGradient<TFloats, TInts>.Samples * ((2 * pairs.Pairs / Math.Max(1, blocks)) + RankBlock),
            aligned: false);
    }

    public override void WindowedForward(
        DeviceView<float> states, PairIndex pairs, DeviceView<float> factors, DeviceView<float> output, int batch, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        int blocks = Blocks(pairs.Pairs, PairBlock);
        executor.Rows(
            new WindowedForward<TFloats, TInts>
            {
                States = TFloats.Of(states),
                Factors = TFloats.Of(factors),
                Output = TFloats.Of(output),
                Left = TInts.Of(pairs.Left),
                Right = TInts.Of(pairs.Right),
                Batch = batch,
                Neurons = pairs.Neurons,
                Pairs = pairs.Pairs,
                Window = window,
                Block = PairBlock,
                Blocks = blocks,
            },
            batch * blocks,
            4 * window * Math.Min(pairs.Pairs, PairBlock),
            Aligned.To4(pairs.Pairs, factors, output));
    }

    public override void WindowedBackward(
        DeviceView<float> states,
        PairIndex pairs,
        DeviceView<float> factors,
        DeviceView<float> slopes,
        DeviceView<float> output,
        DeviceView<float> outputGradient,
        DeviceView<float> work,
        DeviceView<float> stateGradients,
        DeviceView<float> decayGradient,
        int batch,
        int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        executor.Rows(
            new WindowedBackward<TFloats, TInts>
            {
                States = TFloats.Of(states),
                Factors = TFloats.Of(factors),
                Slopes = TFloats.Of(slopes),
                Output = TFloats.Of(output),
                OutputGradient = TFloats.Of(outputGradient),
                AlphaGradient = TFloats.Of(work),
                DecayGradient = TFloats.Of(decayGradient),
                Left = TInts.Of(pairs.Left),
                Right = TInts.Of(pairs.Right),
                Batch = batch,
                Neurons = pairs.Neurons,
                Pairs = pairs.Pairs,
                Window = window,
                Block = OwnedPairs,
            },
            Blocks(pairs.Pairs, OwnedPairs),
            4 * window * batch * Math.Min(pairs.Pairs, OwnedPairs),
            aligned: false);
        int slotLength = batch * pairs.Neurons;
        for (int slot = window - 1; slot >= 0; slot--)
        {
            DeviceView<float> state = states.Slice(slot * slotLength, slotLength);
            StateGradient(state, pairs, work, stateGradients.Slice(slot * slotLength, slotLength), batch, accumulate: false);
            if (slot > 0)
            {
                executor.Rows(
                    new AgeGradient<TFloats> { Factors = TFloats.Of(factors), AlphaGradient = TFloats.Of(work), Pairs = pairs.Pairs },
                    batch,
                    2 * pairs.Pairs,
                    Aligned.To4(pairs.Pairs, factors, work));
            }
        }
    }

    private static int WorkOf(in SynchronizationStep step) => 8 * Math.Min(step.Pairs.Pairs, PairBlock);

    private static bool IsAligned(in SynchronizationStep step) =>
        Aligned.To4(step.Pairs.Pairs, step.Factors, step.Beta, step.Alpha, step.Output);

    private static SynchronizationForward<TFloats, TInts> Body(DeviceView<float> state, in SynchronizationStep step, int batch)
    {
        int pairs = step.Pairs.Pairs;
        Lengths.AtLeast(state, (long)batch * step.Pairs.Neurons, nameof(state));
        Lengths.AtLeast(step.Factors, pairs, "factors");
        Lengths.AtLeast(step.Beta, pairs, "beta");
        Lengths.AtLeast(step.Alpha, (long)batch * pairs, "alpha");
        Lengths.AtLeast(step.Output, (long)batch * pairs, "output");
        return new SynchronizationForward<TFloats, TInts>
        {
            State = TFloats.Of(state),
            Factors = TFloats.Of(step.Factors),
            Beta = TFloats.Of(step.Beta),
            Alpha = TFloats.Of(step.Alpha),
            Output = TFloats.Of(step.Output),
            Left = TInts.Of(step.Pairs.Left),
            Right = TInts.Of(step.Pairs.Right),
            Neurons = step.Pairs.Neurons,
            Pairs = pairs,
            Block = PairBlock,
            Blocks = Blocks(pairs, PairBlock),
            IsFirst = step.IsFirst ? 1 : 0,
        };
    }

    private static GroupedSynchronizationBackward<TFloats> Grouped(in SynchronizationBackward<TFloats> body) => new()
    {
        OutputGradient = body.OutputGradient,
        Output = body.Output,
        PreviousOutput = body.PreviousOutput,
        Factors = body.Factors,
        Slopes = body.Slopes,
        Beta = body.Beta,
        PreviousBeta = body.PreviousBeta,
        AlphaGradient = body.AlphaGradient,
        BetaGradient = body.BetaGradient,
        DecayGradient = body.DecayGradient,
        Batch = body.Batch,
        Pairs = body.Pairs,
        HasGradient = body.HasGradient,
        IsFirst = body.IsFirst,
        IsLast = body.IsLast,
    };

    private static int Blocks(int count, int block) => (count + block - 1) / block;
}
