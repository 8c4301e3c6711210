using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Losses;

/// <summary>The loss kernels on either executor.</summary>
internal sealed class LossLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : LossKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Evaluate(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<float> losses,
        DeviceView<float> entropy,
        DeviceView<int> prefix,
        LossShape shape)
    {
        shape.Check();
        int rows = shape.Ticks * shape.Batch;
        Lengths.AtLeast(logits, shape.Logits, nameof(logits));
        Lengths.AtLeastIfPresent(losses, shape.Predictions, nameof(losses));
        Lengths.AtLeastIfPresent(entropy, rows, nameof(entropy));
        Lengths.AtLeastIfPresent(prefix, rows, nameof(prefix));
        bool needsTargets = !losses.IsAbsent || !prefix.IsAbsent;
        RequireIf(needsTargets, targets, shape.Batch * shape.Positions, nameof(targets));
        if (!entropy.IsAbsent && shape.Classes < 2)
        {
            throw new ArgumentException("The normalised entropy of one class is 0 / 0: give at least two classes.", nameof(shape));
        }

        var outputs = new LossOutputs
        {
            Batch = shape.Batch,
            Positions = shape.Positions,
            Classes = shape.Classes,
            Targets = needsTargets ? 1 : 0,
            Losses = losses.IsAbsent ? 0 : 1,
            Entropy = entropy.IsAbsent ? 0 : 1,
            Prefix = prefix.IsAbsent ? 0 : 1,
            LogClasses = MathF.Log(shape.Classes),
        };
        TFloats logitsAt = TFloats.Of(logits), lossesAt = TFloats.Of(losses), entropyAt = TFloats.Of(entropy);
        TInts targetsAt = TInts.Of(targets), prefixAt = TInts.Of(prefix);
        if (AlongPositions(shape))
        {
            executor.Rows(
                new PositionLosses<TFloats, TInts>
                {
                    Logits = logitsAt,
                    Losses = lossesAt,
                    Entropy = entropyAt,
                    Targets = targetsAt,
                    Prefix = prefixAt,
                    Outputs = outputs,
                },
                rows,
                4 * shape.Positions * shape.Classes,
                aligned: false);
        }
        else
        {
            executor.Rows(
                new ClassLosses<TFloats, TInts>
                {
                    Logits = logitsAt,
                    Losses = lossesAt,
                    Entropy = entropyAt,
                    Targets = targetsAt,
                    Prefix = prefixAt,
                    Outputs = outputs,
                },
                rows,
                4 * shape.Positions * shape.Classes,
                Aligned.To4(shape.Classes, logits));
        }
    }

    public override void ArgMax(DeviceView<float> logits, DeviceView<int> classes, LossShape shape)
    {
        shape.Check();
        Lengths.AtLeast(logits, shape.Logits, nameof(logits));
        Lengths.AtLeast(classes, shape.Predictions, nameof(classes));
        executor.Items(
            new ArgMaxBody<TFloats, TInts> { Logits = TFloats.Of(logits), Result = TInts.Of(classes), Classes = shape.Classes },
            shape.Predictions,
            2 * shape.Classes);
    }

    public override void MazeReach(DeviceView<int> prefix, DeviceView<int> reach, int ticks, int batch, int lookahead)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(lookahead);
        Lengths.AtLeast(prefix, (long)ticks * batch, nameof(prefix));
        Lengths.AtLeast(reach, batch, nameof(reach));
        executor.Items(
            new MazeReachBody<TInts>
            {
                Prefix = TInts.Of(prefix),
                Reach = TInts.Of(reach),
                Ticks = ticks,
                Batch = batch,
                Lookahead = lookahead,
            },
            batch,
            2 * ticks);
    }

    public override void SelectTicks(
        DeviceView<float> losses,
        DeviceView<float> entropy,
        DeviceView<int> reach,
        DeviceView<float> tickLosses,
        DeviceView<int> first,
        DeviceView<int> second,
        DeviceView<float> sampleLosses,
        DeviceView<float> loss,
        bool useMostCertain,
        float everyTick,
        LossShape shape)
    {
        shape.Check();
        int rows = shape.Ticks * shape.Batch;
        Lengths.AtLeast(losses, shape.Predictions, nameof(losses));
        RequireIf(useMostCertain, entropy, rows, nameof(entropy));
        Lengths.AtLeastIfPresent(reach, shape.Batch, nameof(reach));
        Lengths.AtLeast(tickLosses, rows, nameof(tickLosses));
        Lengths.AtLeast(first, shape.Batch, nameof(first));
        Lengths.AtLeast(second, shape.Batch, nameof(second));
        Lengths.AtLeast(sampleLosses, shape.Batch, nameof(sampleLosses));
        Lengths.AtLeast(loss, 1, nameof(loss));
        executor.Rows(
            new TickLosses<TFloats, TInts>
            {
                Losses = TFloats.Of(losses),
                Result = TFloats.Of(tickLosses),
                Counted = Counted(reach, shape),
            },
            rows,
            shape.Positions + 32,
            aligned: false);
        executor.Items(
            new TickSelection<TFloats, TInts>
            {
                TickLosses = TFloats.Of(tickLosses),
                Entropy = TFloats.Of(entropy),
                SampleLosses = TFloats.Of(sampleLosses),
                First = TInts.Of(first),
                Second = TInts.Of(second),
                Ticks = shape.Ticks,
                Batch = shape.Batch,
                UseMostCertain = useMostCertain ? 1 : 0,
                EveryTick = everyTick / shape.Ticks,
            },
            shape.Batch,
            4 * shape.Ticks);
        executor.Rows(
            new MeanBody<TFloats> { Values = TFloats.Of(sampleLosses), Mean = TFloats.Of(loss), Count = shape.Batch },
            1,
            shape.Batch,
            aligned: false);
    }

    public override void NormalizedEntropyBackward(
        DeviceView<float> logits, DeviceView<float> entropyGradient, DeviceView<float> logitsGradient, LossShape shape)
    {
        shape.Check();
        Lengths.AtLeast(logits, shape.Logits, nameof(logits));
        Lengths.AtLeast(entropyGradient, shape.Ticks * shape.Batch, nameof(entropyGradient));
        Lengths.AtLeast(logitsGradient, shape.Logits, nameof(logitsGradient));
        executor.Items(
            new EntropyGradient<TFloats>
            {
                Logits = TFloats.Of(logits),
                EntropyGradients = TFloats.Of(entropyGradient),
                LogitsGradient = TFloats.Of(logitsGradient),
                Positions = shape.Positions,
                Classes = shape.Classes,
                Scale = shape.Classes > 1 ? (float)(1 / (shape.Positions * Math.Log(shape.Classes))) : 0f,
            },
            shape.Predictions,
            30 * shape.Classes);
    }

    public override void TwoTickBackward(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> first,
        DeviceView<int> second,
        DeviceView<int> reach,
        DeviceView<float> logitsGradient,
        float scale,
        float everyTick,
        LossShape shape)
    {
        shape.Check();
        Lengths.AtLeast(logits, shape.Logits, nameof(logits));
        Lengths.AtLeast(targets, shape.Batch * shape.Positions, nameof(targets));
        Lengths.AtLeast(first, shape.Batch, nameof(first));
        Lengths.AtLeast(second, shape.Batch, nameof(second));
        Lengths.AtLeastIfPresent(reach, shape.Batch, nameof(reach));
        Lengths.AtLeast(logitsGradient, shape.Logits, nameof(logitsGradient));
        int rows = shape.Ticks * shape.Batch, work = shape.Positions * shape.Classes;
        var weights = new TickWeights<TInts>
        {
            First = TInts.Of(first),
            Second = TInts.Of(second),
            Counted = Counted(reach, shape),
            Scale = scale,
            EveryTick = everyTick / shape.Ticks,
        };
        if (AlongPositions(shape))
        {
            executor.Rows(
                new PositionGradient<TFloats, TInts>
                {
                    Logits = TFloats.Of(logits),
                    Gradient = TFloats.Of(logitsGradient),
                    Targets = TInts.Of(targets),
                    Weights = weights,
                    Classes = shape.Classes,
                },
                rows,
                work,
                Aligned.To4(work, logitsGradient));
        }
        else
        {
            executor.Rows(
                new ClassGradient<TFloats, TInts>
                {
                    Logits = TFloats.Of(logits),
                    Gradient = TFloats.Of(logitsGradient),
                    Targets = TInts.Of(targets),
                    Weights = weights,
                    Classes = shape.Classes,
                },
                rows,
                work,
                Aligned.To4(shape.Classes, logits, logitsGradient));
        }
    }

    public override void CountCorrect(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> tick,
        DeviceView<int> correctPositions,
        DeviceView<int> solved,
        LossShape shape)
    {
        shape.Check();
        Lengths.AtLeast(logits, shape.Logits, nameof(logits));
        Lengths.AtLeast(targets, shape.Batch * shape.Positions, nameof(targets));
        Lengths.AtLeast(tick, shape.Batch, nameof(tick));
        Lengths.AtLeast(correctPositions, shape.Batch, nameof(correctPositions));
        Lengths.AtLeast(solved, shape.Batch, nameof(solved));
        executor.Rows(
            new CountCorrectBody<TFloats, TInts>
            {
                Logits = TFloats.Of(logits),
                Targets = TInts.Of(targets),
                Tick = TInts.Of(tick),
                CorrectPositions = TInts.Of(correctPositions),
                Solved = TInts.Of(solved),
                Batch = shape.Batch,
                Positions = shape.Positions,
                Classes = shape.Classes,
            },
            shape.Batch,
            2 * shape.Positions * shape.Classes,
            aligned: false);
    }

    // Lanes along the positions read the classes at a stride; beyond a few classes, or with few positions, lanes along the classes win.
    private static bool AlongPositions(LossShape shape) => shape.Classes < 16 && shape.Positions >= 4;

    private static CountedPositions<TInts> Counted(DeviceView<int> reach, LossShape shape) => new()
    {
        Reach = TInts.Of(reach),
        Batch = shape.Batch,
        Positions = shape.Positions,
        IsLimited = reach.IsAbsent ? 0 : 1,
    };

    private static void RequireIf<T>(bool wanted, DeviceView<T> view, long length, string name)
        where T : unmanaged
    {
        if (wanted)
        {
            Lengths.AtLeast(view, length, name);
        }
    }
}
