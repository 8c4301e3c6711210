using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Losses;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Ctc;

/// <summary>Connectionist temporal classification on either executor.</summary>
internal sealed class CtcLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : CtcKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Forward(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> lengths,
        DeviceView<float> workspace,
        DeviceView<float> sampleLosses,
        DeviceView<float> loss,
        CtcShape shape)
    {
        CtcRows<TFloats, TInts> rows = Rows(logits, targets, lengths, workspace, sampleLosses, shape);
        Lengths.AtLeast(loss, 1, nameof(loss));
        executor.Rows(
            new CtcEmissions<TFloats, TInts> { Logits = TFloats.Of(logits), Rows = rows, Classes = shape.Classes },
            shape.Ticks * shape.Batch,
            (4 * shape.Classes) + (4 * shape.States),
            Aligned.To4(shape.Classes, logits));
        executor.Rows(
            new CtcPaths<TFloats, TInts> { SampleLosses = TFloats.Of(sampleLosses), Rows = rows },
            shape.Batch,
            8 * shape.Ticks * shape.States,
            aligned: false);
        executor.Rows(
            new MeanBody<TFloats> { Values = TFloats.Of(sampleLosses), Mean = TFloats.Of(loss), Count = shape.Batch },
            1,
            shape.Batch,
            aligned: false);
    }

    public override void Backward(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> lengths,
        DeviceView<float> workspace,
        DeviceView<float> sampleLosses,
        DeviceView<float> logitsGradient,
        float scale,
        CtcShape shape)
    {
        CtcRows<TFloats, TInts> rows = Rows(logits, targets, lengths, workspace, sampleLosses, shape);
        Lengths.AtLeast(logitsGradient, shape.Logits, nameof(logitsGradient));
        executor.Rows(
            new CtcOccupancies<TFloats, TInts> { Rows = rows },
            shape.Batch,
            12 * shape.Ticks * shape.States,
            aligned: false);
        executor.Rows(
            new CtcGradient<TFloats, TInts>
            {
                Logits = TFloats.Of(logits),
                SampleLosses = TFloats.Of(sampleLosses),
                Gradient = TFloats.Of(logitsGradient),
                Rows = rows,
                Classes = shape.Classes,
                Scale = scale,
            },
            shape.Ticks * shape.Batch,
            (shape.Classes * (8 + shape.TargetLength)) + shape.States,
            Aligned.To4(shape.Classes, logits, logitsGradient));
    }

    private static CtcRows<TFloats, TInts> Rows(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> lengths,
        DeviceView<float> workspace,
        DeviceView<float> sampleLosses,
        CtcShape shape)
    {
        shape.Check();
        Lengths.AtLeast(logits, shape.Logits, nameof(logits));
        Lengths.AtLeast(targets, shape.Labels, nameof(targets));
        Lengths.AtLeastIfPresent(lengths, shape.Batch, nameof(lengths));
        Lengths.AtLeast(workspace, shape.WorkspaceLength, nameof(workspace));
        Lengths.AtLeast(sampleLosses, shape.Batch, nameof(sampleLosses));
        return new CtcRows<TFloats, TInts>
        {
            Workspace = TFloats.Of(workspace),
            Targets = TInts.Of(targets),
            Lengths = TInts.Of(lengths),
            HasLengths = lengths.IsAbsent ? 0 : 1,
            Ticks = shape.Ticks,
            Batch = shape.Batch,
            TargetLength = shape.TargetLength,
            RowLength = shape.RowLength,
            SampleLength = shape.SampleLength,
        };
    }
}
