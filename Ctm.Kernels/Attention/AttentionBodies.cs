using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Attention;

// A row is a group of neighbouring heads of one query: all heads on the host, which then reads keys and values as one
// stream, and one head on a device, which wants many rows.
internal struct AttentionForward<TFloats> : IRowKernel<AttentionForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Query, KeysValues, Weights, Output;
    public HeadGroup Group;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(AttentionForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        HeadGroup group = body.Group;
        int columns = group.Heads * group.HeadWidth, tokens = group.Tokens;
        TFloats keys = HeadParts<TFloats>.Keys(group, body.KeysValues, row);
        TFloats weights = body.Weights.Skip(row * group.Heads * tokens);
        HeadParts<TFloats>.Dots<TLanes, TTeam>(group, body.Query.Skip(row * columns), keys, weights, body.Scale, team);
        team.Wait();
        for (int h = 0; h < group.Heads; h++)
        {
            HeadParts<TFloats>.Softmax<TLanes, TTeam>(weights.Skip(h * tokens), tokens, team);
        }

        team.Wait();
        TFloats values = keys.Skip(group.Width);
        HeadParts<TFloats>.WeightedSum<TLanes, TTeam>(group, weights, values, body.Output.Skip(row * columns), team);
    }
}

internal struct AttentionBackwardQuery<TFloats> : IRowKernel<AttentionBackwardQuery<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats OutputGradient, KeysValues, Weights, ScoreGradient, QueryGradient;
    public HeadGroup Group;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(AttentionBackwardQuery<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        HeadGroup group = body.Group;
        int columns = group.Heads * group.HeadWidth, tokens = group.Tokens;
        TFloats keys = HeadParts<TFloats>.Keys(group, body.KeysValues, row);
        TFloats values = keys.Skip(group.Width);
        TFloats weights = body.Weights.Skip(row * group.Heads * tokens);
        TFloats scores = body.ScoreGradient.Skip(row * group.Heads * tokens);
        HeadParts<TFloats>.Dots<TLanes, TTeam>(group, body.OutputGradient.Skip(row * columns), values, scores, 1f, team);
        team.Wait();
        HeadParts<TFloats>.QueryGradient<TLanes, TTeam>(
            group, weights, scores, keys, body.QueryGradient.Skip(row * columns), body.Scale, team);
    }
}

/// <summary>The heads that one row does.</summary>
internal struct HeadGroup
{
    /// <summary>Heads in a row of work.</summary>
    public int Heads;

    /// <summary>Rows of work in a query.</summary>
    public int Groups;

    /// <summary>Queries of a sample.</summary>
    public int Queries;

    /// <summary>Columns of a head.</summary>
    public int HeadWidth;

    /// <summary>Columns of all heads of a sample.</summary>
    public int Width;

    public int Tokens;

    /// <summary>From a token's key to the next token's key.</summary>
    public readonly int Stride => 2 * Width;
}
