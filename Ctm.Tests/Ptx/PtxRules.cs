using Ctm.Tests.Ptx.Reading;

namespace Ctm.Tests.Ptx;

/// <summary>
/// What the PTX of every kernel must keep to. NVIDIA's assembler accepts all of what is refused here, and makes slow or wrong code of it.
/// </summary>
internal static class PtxRules
{
    /// <summary>What a kernel breaks, one line each: the kernel, the rule, the instruction. Empty for a good one.</summary>
    /// <param name="name">The kernel's name.</param>
    /// <param name="shape">The kernel.</param>
    /// <param name="singleFloats">How many single floats the inner loops of a vector form may read and write.</param>
    /// <param name="wideArithmetic">Whether its inner loops may compute with 64-bit integers.</param>
    public static IReadOnlyList<string> Broken(string name, PtxShape shape, int singleFloats = 0, bool wideArithmetic = false)
    {
        PtxKernel kernel = shape.Kernel;
        var found = new List<string>();
        void Add(string rule, PtxInstruction instruction) => found.Add($"{name}: {rule}, {instruction}");
        if (kernel.LocalBytes > 0)
        {
            found.Add($"{name}: {kernel.LocalBytes} bytes of arrays in local memory");
        }

        if (kernel.HasFunctions)
        {
            found.Add($"{name}: functions that were not inlined");
        }

        foreach (PtxInstruction instruction in kernel.Instructions)
        {
            switch (instruction)
            {
                case { Opcode: "call" }:
                    Add("a call", instruction);
                    break;
                case { Opcode: "brx" or "call" } when instruction.Has("uni"):
                case { Predicate.Length: > 0 } when instruction.Has("uni"):
                    Add("a branch that may diverge is marked uniform", instruction);
                    break;
                case { Opcode: "ld" or "st", Space: not ("global" or "shared" or "param") }:
                    Add($"memory of the space {instruction.Space}", instruction);
                    break;
            }

            if (instruction.Has("f64"))
            {
                Add("double precision", instruction);
            }
        }

        PtxInstruction[] inner = [.. shape.Flow.Innermost.SelectMany(loop => loop.Instructions)];
        if (!wideArithmetic)
        {
            foreach (PtxInstruction instruction in inner.Where(i => IsWideArithmetic(i) && !FormsAddress(kernel, i)))
            {
                Add("64-bit arithmetic in an inner loop that is no address", instruction);
            }
        }

        PtxInstruction[] singles = [.. inner.Where(i => i is { Space: "global", Type: "f32", Width: 1 })];
        if (name.EndsWith(".Float4", StringComparison.Ordinal) && singles.Length > singleFloats)
        {
            Add($"{singles.Length} single floats in the inner loops of a vector form, where {singleFloats} are meant; one is", singles[0]);
        }

        return found;
    }

    private static bool IsWideArithmetic(PtxInstruction instruction) =>
        instruction.Opcode is not ("ld" or "st" or "mov") && (instruction.Type is "s64" or "u64" or "b64" || instruction.Has("wide"));

    /// <summary>
    /// Whether it is one of the two instructions that a 32-bit index costs on a 64-bit machine: the index times the element's size, as
    /// mul.wide, and the sum with the array's start, which loads and stores take.
    /// </summary>
    private static bool FormsAddress(PtxKernel kernel, PtxInstruction instruction)
    {
        if (instruction.Opcode == "mul" && instruction.Has("wide"))
        {
            return instruction.Operands[2].Kind == PtxOperandKind.Immediate;
        }

        string sum = instruction.Opcode == "add" ? instruction.Operands[0].Name : string.Empty;
        return sum.Length > 0 && kernel.Instructions.Any(
            i => i.Opcode is "ld" or "st" && i.Operands.Any(o => o.Kind == PtxOperandKind.Address && o.Name == sum));
    }
}
