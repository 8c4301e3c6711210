using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Attention;

// The steps of the bodies in AttentionBodies.cs one by one, in rows of the same kind, for what happens to the weights between them.
// ILGPU takes two structs for one when their fields are alike once nested structs are flattened, and then fails to compile the second kernel:
// three views and then integers is what sums of columns are made of, hence the order of fields and the factor here.
internal struct AttentionWeighValues<TFloats> : IRowKernel<AttentionWeighValues<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public HeadGroup Group;
    public TFloats Weights, KeysValues, Output;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(AttentionWeighValues<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        HeadGroup group = body.Group;
        int columns = group.Heads * group.HeadWidth, tokens = group.Tokens;
        TFloats keys = HeadParts<TFloats>.Keys(group, body.KeysValues, row);
        TFloats values = keys.Skip(group.Width), weights = body.Weights.Skip(row * group.Heads * tokens);
        HeadParts<TFloats>.WeightedSum<TLanes, TTeam>(group, weights, values, body.Output.Skip(row * columns), team);
    }
}

internal struct AttentionBackwardWeights<TFloats> : IRowKernel<AttentionBackwardWeights<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats OutputGradient, KeysValues, WeightGradient;
    public HeadGroup Group;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(AttentionBackwardWeights<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        HeadGroup group = body.Group;
        int columns = group.Heads * group.HeadWidth, tokens = group.Tokens;
        TFloats keys = HeadParts<TFloats>.Keys(group, body.KeysValues, row);
        TFloats values = keys.Skip(group.Width), output = body.OutputGradient.Skip(row * columns);
        TFloats gradient = body.WeightGradient.Skip(row * group.Heads * tokens);
        HeadParts<TFloats>.Dots<TLanes, TTeam>(group, output, values, gradient, body.Scale, team);
    }
}

internal struct AttentionBackwardScores<TFloats> : IRowKernel<AttentionBackwardScores<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats KeysValues, Weights, ScoreGradient, QueryGradient;
    public HeadGroup Group;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(AttentionBackwardScores<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        HeadGroup group = body.Group;
        int columns = group.Heads * group.HeadWidth, tokens = group.Tokens;
        TFloats keys = HeadParts<TFloats>.Keys(group, body.KeysValues, row);
        TFloats weights = body.Weights.Skip(row * group.Heads * tokens), scores = body.ScoreGradient.Skip(row * group.Heads * tokens);
        HeadParts<TFloats>.QueryGradient<TLanes, TTeam>(
            group, weights, scores, keys, body.QueryGradient.Skip(row * columns), body.Scale, team);
    }
}
