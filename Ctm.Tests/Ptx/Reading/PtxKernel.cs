namespace Ctm.Tests.Ptx.Reading;

/// <summary>A parameter or an array of a kernel.</summary>
/// <param name="Name">Its symbol.</param>
/// <param name="Offset">Where it begins in its space, in bytes.</param>
/// <param name="Size">Its length in bytes.</param>
internal sealed record PtxVariable(string Name, int Offset, int Size);

/// <summary>One kernel, read from PTX.</summary>
internal sealed class PtxKernel
{
    /// <summary>The entry point's name.</summary>
    public required string Name { get; init; }

    /// <summary>Parameters in order, with their places in the parameter space.</summary>
    public required IReadOnlyList<PtxVariable> Parameters { get; init; }

    /// <summary>Arrays in shared memory.</summary>
    public required IReadOnlyList<PtxVariable> Shared { get; init; }

    /// <summary>Arrays in a thread's own memory.</summary>
    public required IReadOnlyList<PtxVariable> Local { get; init; }

    /// <summary>Declared registers by type, as <c>f32</c> or <c>pred</c>.</summary>
    public required IReadOnlyDictionary<string, int> Registers { get; init; }

    /// <summary>The instructions in order.</summary>
    public required IReadOnlyList<PtxInstruction> Instructions { get; init; }

    /// <summary>The number of the instruction that follows each label.</summary>
    public required IReadOnlyDictionary<string, int> Labels { get; init; }

    /// <summary>Targets of each table of an indexed branch, by its label.</summary>
    public required IReadOnlyDictionary<string, string[]> BranchTables { get; init; }

    /// <summary>Whether there are functions beside the entry point.</summary>
    public required bool HasFunctions { get; init; }

    /// <summary>Bytes of all parameters.</summary>
    public int ParameterBytes => End(Parameters);

    /// <summary>Bytes of shared memory of fixed size.</summary>
    public int SharedBytes => End(Shared);

    /// <summary>Bytes of a thread's own memory.</summary>
    public int LocalBytes => End(Local);

    private static int End(IReadOnlyList<PtxVariable> variables) => variables.Count == 0 ? 0 : variables[^1].Offset + variables[^1].Size;
}
