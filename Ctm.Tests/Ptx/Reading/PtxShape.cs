namespace Ctm.Tests.Ptx.Reading;

/// <summary>A kernel with its loops, and the loop where its time goes.</summary>
internal sealed class PtxShape
{
    public PtxShape(PtxKernel kernel)
    {
        Kernel = kernel;
        Flow = new PtxFlow(kernel);
        PtxLoop? hot = Flow.Innermost
            .OrderByDescending(loop => loop.Depth)
            .ThenByDescending(loop => loop.Instructions.Count(i => i.Type == "f32" && i.Opcode is not "mov"))
            .FirstOrDefault();
        HasLoop = hot is not null;
        HotMix = PtxMix.Of(kernel, hot is null ? [.. kernel.Instructions] : hot.Instructions);
    }

    public PtxKernel Kernel { get; }

    public PtxFlow Flow { get; }

    /// <summary>Whether there is a loop.</summary>
    public bool HasLoop { get; }

    /// <summary>
    /// What is in the hot loop: of the loops that hold no other, that which lies deepest, and of equals that with most arithmetic on
    /// floats; without loops the whole kernel.
    /// </summary>
    public PtxMix HotMix { get; }
}
