namespace Ctm.Tests.Ptx.Reading;

/// <summary>How many instructions of each kind there are in a stretch of code, as a loop's body.</summary>
internal sealed record PtxMix
{
    /// <summary>
    /// Multiply-adds: those written as one, and multiplications whose only use is an addition or subtraction in the same stretch,
    /// neither with a rounding of its own, which NVIDIA's assembler makes one.
    /// </summary>
    public int MultiplyAdds { get; init; }

    /// <summary>Other additions, subtractions and multiplications of floats.</summary>
    public int OtherFloats { get; init; }

    /// <summary>Exponentials, logarithms, roots, reciprocals and divisions of floats.</summary>
    public int Specials { get; init; }

    /// <summary>Loads of four numbers from global memory, floats or halves.</summary>
    public int VectorLoads { get; init; }

    /// <summary>Other loads from global memory.</summary>
    public int ScalarLoads { get; init; }

    /// <summary>Loads from shared memory.</summary>
    public int SharedLoads { get; init; }

    /// <summary>Of those, loads of four numbers.</summary>
    public int SharedVectorLoads { get; init; }

    /// <summary>Stores to global memory, of four numbers.</summary>
    public int VectorStores { get; init; }

    /// <summary>Other stores to global memory.</summary>
    public int ScalarStores { get; init; }

    /// <summary>Stores to shared memory.</summary>
    public int SharedStores { get; init; }

    /// <summary>Barriers.</summary>
    public int Barriers { get; init; }

    /// <summary>Everything else: indices, comparisons, branches, moves.</summary>
    public int Others { get; init; }

    /// <summary>Counts the instructions of a stretch of a kernel.</summary>
    public static PtxMix Of(PtxKernel kernel, IReadOnlyCollection<PtxInstruction> stretch)
    {
        int fused = Fused(kernel, stretch);
        int Count(Func<PtxInstruction, bool> condition) => stretch.Count(condition);
        int explicitOnes = Count(i => i.Opcode is "fma" && i.Type == "f32");
        int plain = Count(i => i.Opcode is "add" or "sub" or "mul" && i.Type == "f32");
        var mix = new PtxMix
        {
            MultiplyAdds = fused + explicitOnes,
            OtherFloats = plain - (2 * fused),
            Specials = Count(i => i.Opcode is "ex2" or "lg2" or "sqrt" or "rsqrt" or "rcp" or "div" or "sin" or "cos" && i.Type == "f32"),
            VectorLoads = Count(i => i is { Opcode: "ld", Space: "global" } && IsVector(i)),
            ScalarLoads = Count(i => i is { Opcode: "ld", Space: "global" } && !IsVector(i)),
            SharedLoads = Count(i => i is { Opcode: "ld", Space: "shared" }),
            SharedVectorLoads = Count(i => i is { Opcode: "ld", Space: "shared", Width: 4 }),
            VectorStores = Count(i => i is { Opcode: "st", Space: "global" } && IsVector(i)),
            ScalarStores = Count(i => i is { Opcode: "st", Space: "global" } && !IsVector(i)),
            SharedStores = Count(i => i is { Opcode: "st", Space: "shared" }),
            Barriers = Count(i => i.Opcode == "bar"),
        };
        int known = explicitOnes + plain + mix.Specials + mix.VectorLoads + mix.ScalarLoads + mix.SharedLoads + mix.VectorStores
            + mix.ScalarStores + mix.SharedStores + mix.Barriers;
        return mix with { Others = stretch.Count - known };
    }

    // Four halves are moved as two words.
    private static bool IsVector(PtxInstruction instruction) => instruction is { Width: 4 } or { Width: 2, Type: "b32" };

    private static int Fused(PtxKernel kernel, IReadOnlyCollection<PtxInstruction> stretch)
    {
        var uses = new Dictionary<string, int>();
        foreach (string register in kernel.Instructions.SelectMany(i => i.Reads))
        {
            uses[register] = uses.GetValueOrDefault(register) + 1;
        }

        HashSet<string> products =
        [
            .. stretch.Where(i => i is { Opcode: "mul", Type: "f32", Modifiers.Length: 1 }).SelectMany(i => i.Writes)
                .Where(register => uses.GetValueOrDefault(register) == 1),
        ];
        return stretch.Count(i => i is { Opcode: "add" or "sub", Type: "f32", Modifiers.Length: 1 } && i.Reads.Any(products.Contains));
    }
}
