using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Losses;

internal struct ArgMaxBody<TFloats, TInts> : IItemKernel<ArgMaxBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits;
    public TInts Result;
    public int Classes;

    public static void Run(ArgMaxBody<TFloats, TInts> body, int item) =>
        body.Result[item] = Best(body.Logits.Skip(item * body.Classes), body.Classes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Best(TFloats logits, int classes)
    {
        int best = 0;
        float largest = logits[0];
        for (int c = 1; c < classes; c++)
        {
            float logit = logits[c];
            if (logit > largest)
            {
                best = c;
                largest = logit;
            }
        }

        return best;
    }
}

internal struct CountCorrectBody<TFloats, TInts> : IRowKernel<CountCorrectBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits;
    public TInts Targets, Tick, CorrectPositions, Solved;
    public int Batch, Positions, Classes;

    public static void Run<TLanes, TTeam>(CountCorrectBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TFloats logits = body.Logits.Skip(((body.Tick[row] * body.Batch) + row) * body.Positions * body.Classes);
        float correct = 0f;
        for (int s = team.Index; s < body.Positions; s += team.Count)
        {
            int best = ArgMaxBody<TFloats, TInts>.Best(logits.Skip(s * body.Classes), body.Classes);
            correct += best == body.Targets[(row * body.Positions) + s] ? 1f : 0f;
        }

        int total = (int)team.Sum(correct);
        if (team.Index == 0)
        {
            body.CorrectPositions[row] = total;
            body.Solved[row] = total == body.Positions ? 1 : 0;
        }
    }
}
