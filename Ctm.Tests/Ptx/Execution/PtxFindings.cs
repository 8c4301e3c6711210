namespace Ctm.Tests.Ptx.Execution;

/// <summary>What went wrong while a kernel ran.</summary>
internal enum PtxFault
{
    /// <summary>Two threads touched the same word, one of them writing, with no barrier between them.</summary>
    Race,

    /// <summary>An address outside of every buffer.</summary>
    OutOfBounds,

    /// <summary>Memory that nobody had written was read.</summary>
    Uninitialised,

    /// <summary>An address that is no multiple of what is moved.</summary>
    Misaligned,

    /// <summary>Not all threads of a group came to the same barrier.</summary>
    DivergentBarrier,
}

/// <summary>One fault.</summary>
/// <param name="Fault">Its kind.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Text">Where and what.</param>
internal sealed record PtxFinding(PtxFault Fault, string Kernel, string Text)
{
    public override string ToString() => $"{Kernel}: {Fault}: {Text}";
}

/// <summary>Keeps faults, one of each kind for an instruction.</summary>
internal sealed class PtxFindings
{
    private readonly HashSet<(PtxFault, string, int)> seen = [];
    private readonly List<PtxFinding> found = [];

    public IReadOnlyList<PtxFinding> All => found;

    /// <summary>Adds a fault unless the same instruction has had it before.</summary>
    public void Add(PtxFault fault, string kernel, int line, string text)
    {
        if (seen.Add((fault, kernel, line)))
        {
            found.Add(new PtxFinding(fault, kernel, text));
        }
    }

    /// <summary>Forgets all.</summary>
    public IReadOnlyList<PtxFinding> Take()
    {
        PtxFinding[] taken = [.. found];
        found.Clear();
        seen.Clear();
        return taken;
    }
}
