using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Lstm;

internal struct LstmForward<TFloats> : IRowKernel<LstmForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats PreActivations, Cell, Gates, NewCell, Hidden;
    public int Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(LstmForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width;
        TFloats input = body.PreActivations.Skip(4 * row * width), gates = body.Gates.Skip(4 * row * width);
        TFloats cell = body.Cell.Skip(row * width), newCell = body.NewCell.Skip(row * width), hidden = body.Hidden.Skip(row * width);
        for (int n = team.Index * TLanes.Width; n < width; n += team.Count * TLanes.Width)
        {
            // A lane vector of all four gates is read before any of them is written: both may be at one place.
            var i = TLanes.Sigmoid(input.Load<TLanes>(n, width));
            var f = TLanes.Sigmoid(input.Skip(width).Load<TLanes>(n, width));
            var g = LstmParts.Tanh(input.Skip(2 * width).Load<TLanes>(n, width));
            var o = TLanes.Sigmoid(input.Skip(3 * width).Load<TLanes>(n, width));
            var c = TLanes.MultiplyAdd(f, cell.Load<TLanes>(n, width), i * g);
            gates.Store(n, width, i);
            gates.Skip(width).Store(n, width, f);
            gates.Skip(2 * width).Store(n, width, g);
            gates.Skip(3 * width).Store(n, width, o);
            newCell.Store(n, width, c);
            hidden.Store(n, width, o * LstmParts.Tanh(c));
        }
    }
}

internal struct LstmBackward<TFloats> : IRowKernel<LstmBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Gates, Cell, NewCell, HiddenGradient, NewCellGradient, InputGradient, CellGradient;
    public int Width;

    /// <summary>1 where the argument is there, else 0.</summary>
    public int HasHidden, HasNewCell, HasCell;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(LstmBackward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width;
        TFloats gates = body.Gates.Skip(4 * row * width), target = body.InputGradient.Skip(4 * row * width);
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f);
        for (int n = team.Index * TLanes.Width; n < width; n += team.Count * TLanes.Width)
        {
            var i = gates.Load<TLanes>(n, width);
            var f = gates.Skip(width).Load<TLanes>(n, width);
            var g = gates.Skip(2 * width).Load<TLanes>(n, width);
            var o = gates.Skip(3 * width).Load<TLanes>(n, width);
            var bent = LstmParts.Tanh(body.NewCell.Skip(row * width).Load<TLanes>(n, width));
            var dh = body.HasHidden == 0 ? zero : body.HiddenGradient.Skip(row * width).Load<TLanes>(n, width);
            var dc = body.HasNewCell == 0 ? zero : body.NewCellGradient.Skip(row * width).Load<TLanes>(n, width);
            dc = TLanes.MultiplyAdd(dh * o, one - (bent * bent), dc);
            target.Store(n, width, dc * g * i * (one - i));
            target.Skip(width).Store(n, width, dc * body.Cell.Skip(row * width).Load<TLanes>(n, width) * f * (one - f));
            target.Skip(2 * width).Store(n, width, dc * i * (one - (g * g)));
            target.Skip(3 * width).Store(n, width, dh * bent * o * (one - o));
            if (body.HasCell != 0)
            {
                body.CellGradient.Skip(row * width).Store(n, width, dc * f);
            }
        }
    }
}

internal static class LstmParts
{
    /// <summary>tanh(x), to about 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sigmoid = TLanes.Sigmoid(x + x);
        return sigmoid + sigmoid - TLanes.Broadcast(1f);
    }
}
