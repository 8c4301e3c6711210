using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Activations;

/// <summary>An item is one angle.</summary>
internal struct FourierForward<TFloats> : IItemKernel<FourierForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;
    public int Width;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(FourierForward<TFloats> body, int item)
    {
        SineCosine angle = SineCosine.Of(body.Input[item]);
        TFloats cosine = body.Output.Skip(item + (item / body.Width * body.Width)), sine = cosine.Skip(body.Width);
        cosine[0] = body.Scale * angle.Cosine;
        sine[0] = body.Scale * angle.Sine;
    }
}

/// <summary>The scale is in the outputs already.</summary>
internal struct FourierBackward<TFloats> : IRowKernel<FourierBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Output, OutputGradient, InputGradient;
    public int Width;

    public static void Run<TLanes, TTeam>(FourierBackward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width;
        TFloats cosine = body.Output.Skip(2 * row * width), sine = cosine.Skip(width), input = body.InputGradient.Skip(row * width);
        TFloats cosineGradient = body.OutputGradient.Skip(2 * row * width), sineGradient = cosineGradient.Skip(width);
        for (int i = team.Index * TLanes.Width; i < width; i += team.Count * TLanes.Width)
        {
            var along = cosine.Load<TLanes>(i, width) * sineGradient.Load<TLanes>(i, width);
            input.Store(i, width, along - (sine.Load<TLanes>(i, width) * cosineGradient.Load<TLanes>(i, width)));
        }
    }
}
