using Ctm.Tests.Ptx.Reading;

namespace Ctm.Tests.Ptx.Execution;

/// <summary>Turns instructions into operations, and refuses what the interpreter does not know.</summary>
internal sealed class PtxDecoder(PtxProgram program)
{
    public PtxOperation Decode(PtxInstruction instruction)
    {
        var operation = new PtxOperation
        {
            Predicate = instruction.Predicate.Length == 0
                ? -1
                : program.SlotOf(new PtxOperand(PtxOperandKind.Register, instruction.Predicate, 0, [])),
            Negated = instruction.IsNegated,
        };
        switch (instruction.Opcode)
        {
            case "ld" or "st":
                Access(ref operation, instruction);
                break;
            case "bra":
                (operation.Code, operation.Target) = (PtxCode.Branch, program.Kernel.Labels[instruction.Operands[0].Name]);
                break;
            case "brx":
                operation.Code = PtxCode.BranchTable;
                operation.A = program.SlotOf(instruction.Operands[0]);
                operation.Target = program.Kernel.BranchTables.Keys.ToList().IndexOf(instruction.Operands[1].Name);
                break;
            case "ret" or "exit":
                operation.Code = PtxCode.Return;
                break;
            case "bar" when instruction.Modifiers is ["sync"] && instruction.Operands is [{ Kind: PtxOperandKind.Immediate, Value: 0 }]:
                operation.Code = PtxCode.Barrier;
                break;
            case "setp" when instruction.Modifiers.Length == 2:
                Comparison(ref operation, instruction);
                break;
            default:
                string name = $"{instruction.Opcode}.{string.Join('.', instruction.Modifiers)}";
                if (!PtxCodes.All.TryGetValue(name, out PtxCode code))
                {
                    throw Unknown(instruction);
                }

                operation.Code = code;
                Sources(ref operation, instruction);
                break;
        }

        return operation;
    }

    private NotSupportedException Unknown(PtxInstruction instruction) =>
        new($"{program.Kernel.Name}: the interpreter does not know an instruction, {instruction}");

    private void Sources(ref PtxOperation operation, PtxInstruction instruction)
    {
        PtxOperand[] operands = instruction.Operands;
        operation.D0 = operands.Length > 0 ? program.SlotOf(operands[0]) : 0;
        operation.A = operands.Length > 1 ? program.SlotOf(operands[1]) : 0;
        operation.B = operands.Length > 2 ? program.SlotOf(operands[2]) : 0;
        operation.C = operands.Length > 3 ? program.SlotOf(operands[3]) : 0;
    }

    private void Access(ref PtxOperation operation, PtxInstruction instruction)
    {
        bool isLoad = instruction.Opcode == "ld";
        operation.Code = isLoad ? PtxCode.Load : PtxCode.Store;
        operation.Space = instruction.Space switch
        {
            "param" when isLoad => PtxSpace.Parameter,
            "shared" => PtxSpace.Shared,
            "global" => PtxSpace.Global,
            _ => throw Unknown(instruction),
        };
        operation.Size = (byte)PtxDeclarations.SizeOf(instruction.Type);
        operation.Count = (byte)instruction.Width;
        PtxOperand address = instruction.Operands[isLoad ? 1 : 0], value = instruction.Operands[isLoad ? 0 : 1];
        int[] parts = [.. (value.Kind == PtxOperandKind.Vector ? value.Parts : [value]).Select(program.SlotOf), 0, 0, 0];
        (operation.D0, operation.D1, operation.D2, operation.D3) = (parts[0], parts[1], parts[2], parts[3]);
        (operation.A, operation.Offset) = (program.BaseOf(address), (long)address.Value);
    }

    private void Comparison(ref PtxOperation operation, PtxInstruction instruction)
    {
        operation.Code = PtxCode.Compare;
        operation.Number = instruction.Type switch
        {
            "s32" => PtxNumber.Signed32,
            "u32" or "b32" => PtxNumber.Unsigned32,
            "s64" => PtxNumber.Signed64,
            "u64" or "b64" => PtxNumber.Unsigned64,
            "f32" => PtxNumber.Float32,
            _ => throw Unknown(instruction),
        };
        string relation = instruction.Modifiers[0];
        operation.Unordered = operation.Number == PtxNumber.Float32 && relation.Length == 3 && relation[2] == 'u';
        operation.Relation = relation[..2] switch
        {
            "eq" => PtxRelation.Equal,
            "ne" => PtxRelation.NotEqual,
            "lt" or "lo" => PtxRelation.Less,
            "le" or "ls" => PtxRelation.LessOrEqual,
            "gt" or "hi" => PtxRelation.Greater,
            "ge" or "hs" => PtxRelation.GreaterOrEqual,
            _ => throw Unknown(instruction),
        };
        Sources(ref operation, instruction);
    }
}
