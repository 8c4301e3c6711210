using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Normalization;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Bottleneck;

/// <summary>One row of BottleneckKernels.Forward: a team does all of its layers, one after the other.</summary>
internal struct BottleneckForward<TFloats> : IRowKernel<BottleneckForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, DownWeight, DownBias, Squeezed, UpWeight, UpBias, Widened;
    public LayerNormForward<TFloats> Norm;
    public SkipNormForward<TFloats> Join;
    public int Width, Narrow;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(BottleneckForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        Squeeze<TLanes, TTeam>(body, row, team);
        team.Wait();
        LayerNormForward<TFloats>.Run<TLanes, TTeam>(body.Norm, row, team);
        team.Wait();
        Widen<TLanes, TTeam>(body, row, team);
        team.Wait();
        SkipNormForward<TFloats>.Run<TLanes, TTeam>(body.Join, row, team);
    }

    // Four values at a time share what they load of the input. Those beyond the last one repeat it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Squeeze<TLanes, TTeam>(BottleneckForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width, last = body.Narrow - 1, step = team.Count * TLanes.Width;
        TFloats input = body.Input.Skip(row * width), squeezed = body.Squeezed.Skip(row * body.Narrow);
        for (int j = 0; j <= last; j += 4)
        {
            int j1 = Smaller(j + 1, last), j2 = Smaller(j + 2, last), j3 = Smaller(j + 3, last);
            TFloats w0 = body.DownWeight.Skip(j * width), w1 = body.DownWeight.Skip(j1 * width);
            TFloats w2 = body.DownWeight.Skip(j2 * width), w3 = body.DownWeight.Skip(j3 * width);
            TLanes a0 = TLanes.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0;
            for (int i = team.Index * TLanes.Width; i < width; i += step)
            {
                var x = input.Load<TLanes>(i, width);
                a0 = TLanes.MultiplyAdd(x, w0.Load<TLanes>(i, width), a0);
                a1 = TLanes.MultiplyAdd(x, w1.Load<TLanes>(i, width), a1);
                a2 = TLanes.MultiplyAdd(x, w2.Load<TLanes>(i, width), a2);
                a3 = TLanes.MultiplyAdd(x, w3.Load<TLanes>(i, width), a3);
            }

            float s0 = team.Sum(TLanes.Sum(a0)), s1 = team.Sum(TLanes.Sum(a1));
            float s2 = team.Sum(TLanes.Sum(a2)), s3 = team.Sum(TLanes.Sum(a3));
            if (team.Index == 0)
            {
                squeezed[j] = s0 + body.DownBias[j];
                squeezed[j1] = s1 + body.DownBias[j1];
                squeezed[j2] = s2 + body.DownBias[j2];
                squeezed[j3] = s3 + body.DownBias[j3];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<TLanes, TTeam>(BottleneckForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int narrow = body.Narrow, width = body.Width;
        TFloats values = body.Norm.Output.Skip(row * narrow), widened = body.Widened.Skip(row * width);
        for (int k = team.Index; k < width; k += team.Count)
        {
            TFloats weight = body.UpWeight.Skip(k * narrow);
            var sum = TLanes.Broadcast(0f);
            for (int j = 0; j < narrow; j += TLanes.Width)
            {
                sum = TLanes.MultiplyAdd(values.Load<TLanes>(j, narrow), weight.Load<TLanes>(j, narrow), sum);
            }

            widened[k] = TLanes.Sum(sum) + body.UpBias[k];
        }
    }

    private static int Smaller(int a, int b) => a < b ? a : b;
}
