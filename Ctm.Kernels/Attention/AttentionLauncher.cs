using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Attention;

/// <summary>The attention kernels on either executor.</summary>
internal sealed partial class AttentionLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : AttentionKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Forward(
        DeviceView<float> query, DeviceView<float> keysValues, DeviceView<float> weights, DeviceView<float> output, AttentionShape shape)
    {
        shape.Check();
        Lengths.AtLeast(query, shape.QueryLength, nameof(query));
        Lengths.AtLeast(keysValues, 2 * shape.Batch * shape.Tokens * shape.Width, nameof(keysValues));
        Lengths.AtLeast(weights, shape.WeightLength, nameof(weights));
        Lengths.AtLeast(output, shape.QueryLength, nameof(output));
        HeadGroup group = Group(shape);
        executor.Rows(
            new AttentionForward<TFloats>
            {
                Query = TFloats.Of(query),
                KeysValues = TFloats.Of(keysValues),
                Weights = TFloats.Of(weights),
                Output = TFloats.Of(output),
                Group = group,
                Scale = Scale(shape),
            },
            shape.Batch * shape.Queries * group.Groups,
            2 * shape.Tokens * group.Heads * shape.HeadWidth,
            Aligned.To4(shape.HeadWidth | shape.Tokens, query, keysValues, weights, output));
    }

    public override void BackwardQuery(
        DeviceView<float> outputGradient,
        DeviceView<float> query,
        DeviceView<float> keysValues,
        DeviceView<float> weights,
        DeviceView<float> scoreGradient,
        DeviceView<float> queryGradient,
        AttentionShape shape)
    {
        shape.Check();
        Lengths.AtLeast(outputGradient, shape.QueryLength, nameof(outputGradient));
        Lengths.AtLeast(query, shape.QueryLength, nameof(query));
        Lengths.AtLeast(keysValues, 2 * shape.Batch * shape.Tokens * shape.Width, nameof(keysValues));
        Lengths.AtLeast(weights, shape.WeightLength, nameof(weights));
        Lengths.AtLeast(scoreGradient, shape.WeightLength, nameof(scoreGradient));
        Lengths.AtLeast(queryGradient, shape.QueryLength, nameof(queryGradient));
        HeadGroup group = Group(shape);
        executor.Rows(
            new AttentionBackwardQuery<TFloats>
            {
                OutputGradient = TFloats.Of(outputGradient),
                KeysValues = TFloats.Of(keysValues),
                Weights = TFloats.Of(weights),
                ScoreGradient = TFloats.Of(scoreGradient),
                QueryGradient = TFloats.Of(queryGradient),
                Group = group,
                Scale = Scale(shape),
            },
            shape.Batch * shape.Queries * group.Groups,
            2 * shape.Tokens * group.Heads * shape.HeadWidth,
            Aligned.To4(shape.HeadWidth | shape.Tokens, outputGradient, keysValues, weights, scoreGradient, queryGradient));
    }

    public override void BackwardKeysValues(
        DeviceView<float> outputGradients,
        DeviceView<float> queries,
        DeviceView<float> weights,
        DeviceView<float> scoreGradients,
        DeviceView<float> keysValuesGradient,
        int ticks,
        AttentionShape shape)
    {
        shape.Check();
        ArgumentOutOfRangeException.ThrowIfNegative(ticks);
        Lengths.AtLeast(outputGradients, (long)ticks * shape.QueryLength, nameof(outputGradients));
        Lengths.AtLeast(queries, (long)ticks * shape.QueryLength, nameof(queries));
        Lengths.AtLeast(weights, (long)ticks * shape.WeightLength, nameof(weights));
        Lengths.AtLeast(scoreGradients, (long)ticks * shape.WeightLength, nameof(scoreGradients));
        Lengths.AtLeast(keysValuesGradient, 2 * shape.Batch * shape.Tokens * shape.Width, nameof(keysValuesGradient));
        executor.Rows(
            new AttentionBackwardKeysValues<TFloats>
            {
                OutputGradients = TFloats.Of(outputGradients),
                Queries = TFloats.Of(queries),
                Weights = TFloats.Of(weights),
                ScoreGradients = TFloats.Of(scoreGradients),
                KeysValuesGradient = TFloats.Of(keysValuesGradient),
                Ticks = ticks,
                Batch = shape.Batch,
                QueryCount = shape.Queries,
                Tokens = shape.Tokens,
                Heads = shape.Heads,
                HeadWidth = shape.HeadWidth,
            },
            shape.Batch * shape.Heads,
            2 * Math.Max(1, ticks * shape.Queries / 4) * shape.Tokens * shape.HeadWidth,
            Aligned.To4(shape.HeadWidth, outputGradients, queries, keysValuesGradient));
    }

    private static float Scale(AttentionShape shape) => 1f / MathF.Sqrt(shape.HeadWidth);

    private HeadGroup Group(AttentionShape shape)
    {
        // A lone query is worth splitting even on the host.
        int heads = executor.Device is HostDevice && shape.Batch * shape.Queries > 1 ? shape.Heads : 1;
        return new HeadGroup
        {
            Heads = heads,
            Groups = shape.Heads / heads,
            Queries = shape.Queries,
            HeadWidth = shape.HeadWidth,
            Width = shape.Width,
            Tokens = shape.Tokens,
        };
    }
}
