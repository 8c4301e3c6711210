using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Activations;

internal struct GluForward<TFloats> : IRowKernel<GluForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;
    public int Width;

    public static void Run<TLanes, TTeam>(GluForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width;
        TFloats value = body.Input.Skip(2 * row * width), gate = value.Skip(width), output = body.Output.Skip(row * width);
        for (int i = team.Index * TLanes.Width; i < width; i += team.Count * TLanes.Width)
        {
            output.Store(i, width, value.Load<TLanes>(i, width) * TLanes.Sigmoid(gate.Load<TLanes>(i, width)));
        }
    }
}

internal struct GluBackward<TFloats> : IRowKernel<GluBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, OutputGradient, InputGradient;
    public int Width;

    public static void Run<TLanes, TTeam>(GluBackward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width;
        TFloats value = body.Input.Skip(2 * row * width), gate = value.Skip(width);
        TFloats valueGradient = body.InputGradient.Skip(2 * row * width), gateGradient = valueGradient.Skip(width);
        TFloats output = body.OutputGradient.Skip(row * width);
        var one = TLanes.Broadcast(1f);
        for (int i = team.Index * TLanes.Width; i < width; i += team.Count * TLanes.Width)
        {
            var sigmoid = TLanes.Sigmoid(gate.Load<TLanes>(i, width));
            var gradient = output.Load<TLanes>(i, width) * sigmoid;
            valueGradient.Store(i, width, gradient);
            gateGradient.Store(i, width, gradient * value.Load<TLanes>(i, width) * (one - sigmoid));
        }
    }
}

internal struct ReluForward<TFloats> : IElementKernel<ReluForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(ReluForward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        body.Output.Store(index, end, TLanes.Max(body.Input.Load<TLanes>(index, end), TLanes.Broadcast(0f)));
}

internal struct ReluBackward<TFloats> : IElementKernel<ReluBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Output, OutputGradient, InputGradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(ReluBackward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        body.InputGradient.Store(
            index, end, TLanes.Step(body.Output.Load<TLanes>(index, end)) * body.OutputGradient.Load<TLanes>(index, end));
}
