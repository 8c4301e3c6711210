using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Losses;

/// <summary>One environment, its steps from the last to the first.</summary>
internal struct GeneralizedAdvantages<TFloats> : IItemKernel<GeneralizedAdvantages<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Rewards, Values, Dones, NextValues, NextDones, Advantages, Returns;
    public float Discount, Decay;
    public int Steps, Environments;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(GeneralizedAdvantages<TFloats> body, int item)
    {
        float goesOn = 1f - body.NextDones[item], next = body.NextValues[item], later = 0f;
        for (int step = body.Steps - 1; step >= 0; step--)
        {
            int at = (step * body.Environments) + item;
            float value = body.Values[at], delta = body.Rewards[at] + (body.Discount * next * goesOn) - value;
            later = delta + (body.Discount * body.Decay * goesOn * later);
            body.Advantages[at] = later;
            body.Returns[at] = later + value;
            next = value;
            goesOn = 1f - body.Dones[at];
        }
    }
}

/// <summary>All advantages are one row.</summary>
internal struct NormalizeAdvantages<TFloats> : IRowKernel<NormalizeAdvantages<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    private const float Epsilon = 1e-8f;

    public TFloats Advantages, Normalized;
    public int Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(NormalizeAdvantages<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int count = body.Count, first = team.Index * TLanes.Width, step = team.Count * TLanes.Width;
        var sum = TLanes.Broadcast(0f);
        for (int i = first; i < count; i += step)
        {
            sum += body.Advantages.Load<TLanes>(i, count);
        }

        float mean = team.Sum(TLanes.Sum(sum)) / count;
        TLanes middle = TLanes.Broadcast(mean), all = TLanes.Broadcast(count), squares = TLanes.Broadcast(0f);
        for (int i = first; i < count; i += step)
        {
            var inside = TLanes.Step(all - TLanes.Broadcast(i) - TLanes.Ramp());
            var away = inside * (body.Advantages.Load<TLanes>(i, count) - middle);
            squares = TLanes.MultiplyAdd(away, away, squares);
        }

        float deviation = XMath.Sqrt(team.Sum(TLanes.Sum(squares)) / (count - 1));
        var scale = TLanes.Broadcast(1f / (deviation + Epsilon));
        for (int i = first; i < count; i += step)
        {
            body.Normalized.Store(i, count, (body.Advantages.Load<TLanes>(i, count) - middle) * scale);
        }
    }
}
