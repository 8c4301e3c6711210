using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Activations;

internal struct SiluForward<TFloats> : IElementKernel<SiluForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(SiluForward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Load<TLanes>(index, end);
        body.Output.Store(index, end, x * TLanes.Sigmoid(x));
    }
}

internal struct SiluBackward<TFloats> : IElementKernel<SiluBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, OutputGradient, InputGradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(SiluBackward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Load<TLanes>(index, end);
        TLanes s = TLanes.Sigmoid(x), one = TLanes.Broadcast(1f);
        var gradient = body.OutputGradient.Load<TLanes>(index, end);
        body.InputGradient.Store(index, end, gradient * s * TLanes.MultiplyAdd(x, one - s, one));
    }
}

internal struct SigmoidForward<TFloats> : IElementKernel<SigmoidForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(SigmoidForward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Load<TLanes>(index, end);
        body.Output.Store(index, end, TLanes.Sigmoid(x));
    }
}

internal struct SigmoidBackward<TFloats> : IElementKernel<SigmoidBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Output, OutputGradient, InputGradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(SigmoidBackward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var y = body.Output.Load<TLanes>(index, end);
        var gradient = body.OutputGradient.Load<TLanes>(index, end);
        body.InputGradient.Store(index, end, gradient * y * (TLanes.Broadcast(1f) - y));
    }
}

internal struct TanhForward<TFloats> : IElementKernel<TanhForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(TanhForward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Load<TLanes>(index, end);
        body.Output.Store(index, end, (TLanes.Broadcast(2f) * TLanes.Sigmoid(x + x)) - TLanes.Broadcast(1f));
    }
}

internal struct TanhBackward<TFloats> : IElementKernel<TanhBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Output, OutputGradient, InputGradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(TanhBackward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var y = body.Output.Load<TLanes>(index, end);
        var gradient = body.OutputGradient.Load<TLanes>(index, end);
        body.InputGradient.Store(index, end, gradient * (TLanes.Broadcast(1f) - (y * y)));
    }
}
