using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Activations;

// Bodies do the whole vector apart from the tail: the JIT would else keep lanes on the stack, across the calls that only the tail
// makes, which costs up to a factor of ten where a stack slot straddles cache lines.
internal struct SiluForward<TFloats> : IElementKernel<SiluForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(SiluForward<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (end - index >= TLanes.Width)
        {
            Part<TLanes>(body, index, TLanes.Width);
        }
        else
        {
            Part<TLanes>(body, index, end - index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(in SiluForward<TFloats> body, int index, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Skip(index).Load<TLanes>(0, count);
        body.Output.Skip(index).Store(0, count, x * TLanes.Sigmoid(x));
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
        if (end - index >= TLanes.Width)
        {
            Part<TLanes>(body, index, TLanes.Width);
        }
        else
        {
            Part<TLanes>(body, index, end - index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(in SiluBackward<TFloats> body, int index, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Skip(index).Load<TLanes>(0, count);
        TLanes s = TLanes.Sigmoid(x), one = TLanes.Broadcast(1f);
        var gradient = body.OutputGradient.Skip(index).Load<TLanes>(0, count);
        body.InputGradient.Skip(index).Store(0, count, gradient * s * TLanes.MultiplyAdd(x, one - s, one));
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
        if (end - index >= TLanes.Width)
        {
            Part<TLanes>(body, index, TLanes.Width);
        }
        else
        {
            Part<TLanes>(body, index, end - index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(in SigmoidForward<TFloats> body, int index, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Skip(index).Load<TLanes>(0, count);
        body.Output.Skip(index).Store(0, count, TLanes.Sigmoid(x));
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
        if (end - index >= TLanes.Width)
        {
            Part<TLanes>(body, index, TLanes.Width);
        }
        else
        {
            Part<TLanes>(body, index, end - index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(in SigmoidBackward<TFloats> body, int index, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var y = body.Output.Skip(index).Load<TLanes>(0, count);
        var gradient = body.OutputGradient.Skip(index).Load<TLanes>(0, count);
        body.InputGradient.Skip(index).Store(0, count, gradient * y * (TLanes.Broadcast(1f) - y));
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
        if (end - index >= TLanes.Width)
        {
            Part<TLanes>(body, index, TLanes.Width);
        }
        else
        {
            Part<TLanes>(body, index, end - index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(in TanhForward<TFloats> body, int index, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = body.Input.Skip(index).Load<TLanes>(0, count);
        body.Output.Skip(index).Store(0, count, (TLanes.Broadcast(2f) * TLanes.Sigmoid(x + x)) - TLanes.Broadcast(1f));
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
        if (end - index >= TLanes.Width)
        {
            Part<TLanes>(body, index, TLanes.Width);
        }
        else
        {
            Part<TLanes>(body, index, end - index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(in TanhBackward<TFloats> body, int index, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var y = body.Output.Skip(index).Load<TLanes>(0, count);
        var gradient = body.OutputGradient.Skip(index).Load<TLanes>(0, count);
        body.InputGradient.Skip(index).Store(0, count, gradient * (TLanes.Broadcast(1f) - (y * y)));
    }
}
