using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;

namespace Ctm.Kernels.Attention;

/// <content>The steps one by one.</content>
internal sealed partial class AttentionLauncher<TFloats, TInts>
{
    public override void WeighValues(
        DeviceView<float> weights, DeviceView<float> keysValues, DeviceView<float> output, AttentionShape shape)
    {
        Check(shape, keysValues, output, nameof(output), weights, nameof(weights));
        HeadGroup group = Group(shape);
        executor.Rows(
            new AttentionWeighValues<TFloats>
            {
                Weights = TFloats.Of(weights),
                KeysValues = TFloats.Of(keysValues),
                Output = TFloats.Of(output),
                Group = group,
            },
            shape.Batch * shape.Queries * group.Groups,
            shape.Tokens * group.Heads * shape.HeadWidth,
            Aligned.To4(shape.HeadWidth | shape.Tokens, weights, keysValues, output));
    }

    public override void BackwardWeights(
        DeviceView<float> outputGradient, DeviceView<float> keysValues, DeviceView<float> weightGradient, AttentionShape shape)
    {
        Check(shape, keysValues, outputGradient, nameof(outputGradient), weightGradient, nameof(weightGradient));
        HeadGroup group = Group(shape);
        executor.Rows(
            new AttentionBackwardWeights<TFloats>
            {
                OutputGradient = TFloats.Of(outputGradient),
                KeysValues = TFloats.Of(keysValues),
                WeightGradient = TFloats.Of(weightGradient),
                Group = group,
                Scale = 1f,
            },
            shape.Batch * shape.Queries * group.Groups,
            shape.Tokens * group.Heads * shape.HeadWidth,
            Aligned.To4(shape.HeadWidth | shape.Tokens, outputGradient, keysValues, weightGradient));
    }

    public override void BackwardScores(
        DeviceView<float> keysValues,
        DeviceView<float> weights,
        DeviceView<float> scoreGradient,
        DeviceView<float> queryGradient,
        AttentionShape shape)
    {
        Check(shape, keysValues, queryGradient, nameof(queryGradient), weights, nameof(weights));
        Lengths.AtLeast(scoreGradient, shape.WeightLength, nameof(scoreGradient));
        HeadGroup group = Group(shape);
        executor.Rows(
            new AttentionBackwardScores<TFloats>
            {
                KeysValues = TFloats.Of(keysValues),
                Weights = TFloats.Of(weights),
                ScoreGradient = TFloats.Of(scoreGradient),
                QueryGradient = TFloats.Of(queryGradient),
                Group = group,
                Scale = Scale(shape),
            },
            shape.Batch * shape.Queries * group.Groups,
            shape.Tokens * group.Heads * shape.HeadWidth,
            Aligned.To4(shape.HeadWidth | shape.Tokens, keysValues, weights, scoreGradient, queryGradient));
    }

    private static void Check(
        AttentionShape shape,
        DeviceView<float> keysValues,
        DeviceView<float> queries,
        string queriesName,
        DeviceView<float> weights,
        string weightsName)
    {
        shape.Check();
        Lengths.AtLeast(keysValues, 2 * shape.Batch * shape.Tokens * shape.Width, nameof(keysValues));
        Lengths.AtLeast(queries, shape.QueryLength, queriesName);
        Lengths.AtLeast(weights, shape.WeightLength, weightsName);
    }
}
