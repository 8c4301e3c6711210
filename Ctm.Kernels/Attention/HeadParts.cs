using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Attention;

/// <summary>The steps that attention's forward and backward are made of, for one group of heads of one query.</summary>
internal static class HeadParts<TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>The first token's key, in the columns of the heads of a row of work; its value lies <c>Width</c> further.</summary>
    public static TFloats Keys(HeadGroup group, TFloats keysValues, int row)
    {
        int sample = row / (group.Groups * group.Queries), columns = group.Heads * group.HeadWidth;
        return keysValues.Skip((sample * group.Tokens * group.Stride) + (row % group.Groups * columns));
    }

    /// <summary>
    /// Turns the gradient of the weights into that of the scores, in place, and that into the query's. The team has waited since
    /// the gradient of the weights was written.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void QueryGradient<TLanes, TTeam>(
        HeadGroup group, TFloats weights, TFloats scores, TFloats keys, TFloats queryGradient, float scale, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int tokens = group.Tokens;
        for (int h = 0; h < group.Heads; h++)
        {
            SoftmaxGradient<TLanes, TTeam>(weights.Skip(h * tokens), scores.Skip(h * tokens), tokens, scale, team);
        }

        team.Wait();
        WeightedSum<TLanes, TTeam>(group, scores, keys, queryGradient, team);
    }

    /// <summary>scores[h, n] = scale * vector[h] . rows[n, h]; the team shares the tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots<TLanes, TTeam>(HeadGroup group, TFloats vector, TFloats rows, TFloats scores, float scale, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = group.HeadWidth, tokens = group.Tokens;
        for (int n = team.Index; n < tokens; n += team.Count)
        {
            TFloats row = rows.Skip(n * group.Stride);
            for (int h = 0; h < group.Heads; h++)
            {
                TFloats left = vector.Skip(h * width), right = row.Skip(h * width);
                var sum = TLanes.Broadcast(0f);
                for (int i = 0; i < width; i += TLanes.Width)
                {
                    sum = TLanes.MultiplyAdd(left.Load<TLanes>(i, width), right.Load<TLanes>(i, width), sum);
                }

                scores[(h * tokens) + n] = scale * TLanes.Sum(sum);
            }
        }
    }

    /// <summary>Softmax of one head's scores, in place. The team has waited since they were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax<TLanes, TTeam>(TFloats scores, int tokens, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int first = team.Index * TLanes.Width, step = team.Count * TLanes.Width;
        float largest = float.MinValue;
        for (int i = first; i < tokens; i += step)
        {
            if (i + TLanes.Width <= tokens)
            {
                largest = XMath.Max(largest, TLanes.Largest(scores.Load<TLanes>(i, tokens)));
            }
            else
            {
                for (int n = i; n < tokens; n++)
                {
                    largest = XMath.Max(largest, scores[n]);
                }
            }
        }

        var most = TLanes.Broadcast(team.Largest(largest));
        var sum = TLanes.Broadcast(0f);
        for (int i = first; i < tokens; i += step)
        {
            // Read back, so that the lanes beyond the last token count as 0.
            scores.Store(i, tokens, TLanes.Exp(scores.Load<TLanes>(i, tokens) - most));
            sum += scores.Load<TLanes>(i, tokens);
        }

        var share = TLanes.Broadcast(1f / team.Sum(TLanes.Sum(sum)));
        for (int i = first; i < tokens; i += step)
        {
            scores.Store(i, tokens, scores.Load<TLanes>(i, tokens) * share);
        }
    }

    /// <summary>
    /// Turns the gradient of one head's weights into that of its scores, in place:
    /// scale * weights * (gradient - sum of weights * gradient).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxGradient<TLanes, TTeam>(TFloats weights, TFloats gradient, int tokens, float scale, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int first = team.Index * TLanes.Width, step = team.Count * TLanes.Width;
        var sum = TLanes.Broadcast(0f);
        for (int i = first; i < tokens; i += step)
        {
            sum = TLanes.MultiplyAdd(weights.Load<TLanes>(i, tokens), gradient.Load<TLanes>(i, tokens), sum);
        }

        var mean = TLanes.Broadcast(team.Sum(TLanes.Sum(sum)));
        var factor = TLanes.Broadcast(scale);
        for (int i = first; i < tokens; i += step)
        {
            var weight = weights.Load<TLanes>(i, tokens);
            gradient.Store(i, tokens, factor * weight * (gradient.Load<TLanes>(i, tokens) - mean));
        }
    }

    /// <summary>output[h] = sum over n of weights[h, n] * rows[n, h], assigned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightedSum<TLanes, TTeam>(HeadGroup group, TFloats weights, TFloats rows, TFloats output, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = group.HeadWidth, tokens = group.Tokens;
        if (team.Count == 1)
        {
            // Tokens outside, four at a time, sums in the output (it stays in the L1 cache): rows are read as one stream.
            for (int n = 0; n < tokens; n += 4)
            {
                TFloats four = rows.Skip(n * group.Stride);
                for (int h = 0; h < group.Heads; h++)
                {
                    TFloats sums = output.Skip(h * width);
                    var weight = FourWeights<TLanes>.Load(weights.Skip(h * tokens), n, tokens);
                    TFloats row = four.Skip(h * width);
                    for (int i = 0; i < width; i += TLanes.Width)
                    {
                        var sum = n == 0 ? TLanes.Broadcast(0f) : sums.Load<TLanes>(i, width);
                        sums.Store(i, width, Add<TLanes>(weight, row, group.Stride, n, tokens, i, width, sum));
                    }
                }
            }
        }
        else
        {
            for (int h = 0; h < group.Heads; h++)
            {
                for (int i = team.Index * TLanes.Width; i < width; i += team.Count * TLanes.Width)
                {
                    var sum = TLanes.Broadcast(0f);
                    for (int n = 0; n < tokens; n += 4)
                    {
                        var weight = FourWeights<TLanes>.Load(weights.Skip(h * tokens), n, tokens);
                        TFloats row = rows.Skip((n * group.Stride) + (h * width));
                        sum = Add<TLanes>(weight, row, group.Stride, n, tokens, i, width, sum);
                    }

                    output.Store((h * width) + i, (h * width) + width, sum);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Add<TLanes>(
        FourWeights<TLanes> weight, TFloats row, int stride, int n, int tokens, int i, int width, TLanes sum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        sum = TLanes.MultiplyAdd(weight.A, row.Load<TLanes>(i, width), sum);
        if (n + 4 <= tokens)
        {
            sum = TLanes.MultiplyAdd(weight.B, row.Skip(stride).Load<TLanes>(i, width), sum);
            sum = TLanes.MultiplyAdd(weight.C, row.Skip(2 * stride).Load<TLanes>(i, width), sum);
            return TLanes.MultiplyAdd(weight.D, row.Skip(3 * stride).Load<TLanes>(i, width), sum);
        }

        if (n + 1 < tokens)
        {
            sum = TLanes.MultiplyAdd(weight.B, row.Skip(stride).Load<TLanes>(i, width), sum);
        }

        if (n + 2 < tokens)
        {
            sum = TLanes.MultiplyAdd(weight.C, row.Skip(2 * stride).Load<TLanes>(i, width), sum);
        }

        return sum;
    }

    /// <summary>The weights of four tokens, each in all lanes; 0 beyond the last token.</summary>
    private readonly struct FourWeights<TLanes>(TLanes a, TLanes b, TLanes c, TLanes d)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public readonly TLanes A = a, B = b, C = c, D = d;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static FourWeights<TLanes> Load(TFloats weights, int n, int tokens) => new(
            TLanes.Broadcast(weights[n]),
            TLanes.Broadcast(n + 1 < tokens ? weights[n + 1] : 0f),
            TLanes.Broadcast(n + 2 < tokens ? weights[n + 2] : 0f),
            TLanes.Broadcast(n + 3 < tokens ? weights[n + 3] : 0f));
    }
}
