using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Mixtures;

/// <summary>The one item is all weights: there are a few.</summary>
internal struct MixtureWeights<TFloats> : IItemKernel<MixtureWeights<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Logits, Weights;
    public int Count;

    public static void Run(MixtureWeights<TFloats> body, int item)
    {
        TFloats weights = body.Weights;
        float largest = body.Logits[0], sum = 0f;
        for (int n = 1; n < body.Count; n++)
        {
            largest = XMath.Max(largest, body.Logits[n]);
        }

        for (int n = 0; n < body.Count; n++)
        {
            float weight = XMath.Exp(body.Logits[n] - largest);
            weights[n] = weight;
            sum += weight;
        }

        for (int n = 0; n < body.Count; n++)
        {
            weights[n] = weights[n] / sum;
        }
    }
}

internal struct MixtureForward<TFloats> : IElementKernel<MixtureForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Parts, Weights, Output;
    public int Count, Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(MixtureForward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = TLanes.Broadcast(0f);
        TFloats part = body.Parts;
        for (int n = 0; n < body.Count; n++)
        {
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(body.Weights[n]), part.Load<TLanes>(index, end), sum);
            part = part.Skip(body.Length);
        }

        body.Output.Store(index, end, sum);
    }
}

/// <summary>A row is a part: its gradient, and the gradient of its weight.</summary>
internal struct MixtureBackward<TFloats> : IRowKernel<MixtureBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Parts, Weights, OutputGradient, PartsGradient, WeightsGradient;
    public int Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(MixtureBackward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int length = body.Length;
        TFloats part = body.Parts.Skip(row * length), gradient = body.PartsGradient.Skip(row * length);
        TLanes weight = TLanes.Broadcast(body.Weights[row]), sum = TLanes.Broadcast(0f);
        for (int i = team.Index * TLanes.Width; i < length; i += team.Count * TLanes.Width)
        {
            var output = body.OutputGradient.Load<TLanes>(i, length);
            gradient.Store(i, length, weight * output);
            sum = TLanes.MultiplyAdd(output, part.Load<TLanes>(i, length), sum);
        }

        float total = team.Sum(TLanes.Sum(sum));
        if (team.Index == 0)
        {
            TFloats weights = body.WeightsGradient;
            weights[row] = total;
        }
    }
}

/// <summary>The one item is all logits.</summary>
internal struct MixtureLogits<TFloats> : IItemKernel<MixtureLogits<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Weights, WeightsGradient, LogitsGradient;
    public int Count;

    public static void Run(MixtureLogits<TFloats> body, int item)
    {
        TFloats logits = body.LogitsGradient;
        float mean = 0f;
        for (int n = 0; n < body.Count; n++)
        {
            mean += body.Weights[n] * body.WeightsGradient[n];
        }

        for (int n = 0; n < body.Count; n++)
        {
            logits[n] = logits[n] + (body.Weights[n] * (body.WeightsGradient[n] - mean));
        }
    }
}
