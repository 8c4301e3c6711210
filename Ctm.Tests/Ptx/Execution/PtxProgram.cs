using Ctm.Tests.Ptx.Reading;

namespace Ctm.Tests.Ptx.Execution;

/// <summary>A kernel made ready to run.</summary>
internal sealed class PtxProgram
{
    /// <summary>Slots that the machine fills in for each thread: thread, group size, group, number of groups, each x, y, z.</summary>
    public static readonly string[] Specials =
    [
        "%tid.x", "%tid.y", "%tid.z", "%ntid.x", "%ntid.y", "%ntid.z",
        "%ctaid.x", "%ctaid.y", "%ctaid.z", "%nctaid.x", "%nctaid.y", "%nctaid.z",
    ];

    private readonly Dictionary<string, int> slots = [];
    private readonly Dictionary<ulong, int> constants = [];

    public PtxProgram(PtxKernel kernel)
    {
        Kernel = kernel;
        foreach (string special in Specials)
        {
            slots.Add(special, slots.Count);
        }

        int next = slots.Count;
        foreach (string register in kernel.Instructions.SelectMany(i => i.Reads.Concat(i.Writes)))
        {
            if (slots.TryAdd(register, next))
            {
                next++;
            }
        }

        Slots = next;
        var decoder = new PtxDecoder(this);
        Operations = [.. kernel.Instructions.Select(decoder.Decode), new PtxOperation { Code = PtxCode.Return, Predicate = -1 }];
        Tables = [.. kernel.BranchTables.Values.Select(labels => Array.ConvertAll(labels, label => kernel.Labels[label]))];
        Row = new ulong[Slots];
        foreach ((ulong value, int slot) in constants)
        {
            Row[slot] = value;
        }
    }

    public PtxKernel Kernel { get; }

    public PtxOperation[] Operations { get; }

    /// <summary>Targets of indexed branches.</summary>
    public int[][] Tables { get; }

    /// <summary>Slots of one thread.</summary>
    public int Slots { get; private set; }

    /// <summary>A thread's row as it begins: zeros, and the constants.</summary>
    public ulong[] Row { get; }

    /// <summary>The slot of a register, or of the constant that stands for a number or a place.</summary>
    public int SlotOf(PtxOperand operand) => operand.Kind switch
    {
        PtxOperandKind.Register or PtxOperandKind.Special => slots.TryGetValue(operand.Name, out int slot)
            ? slot
            : throw new NotSupportedException($"{Kernel.Name}: the interpreter does not know the register {operand.Name}."),
        PtxOperandKind.Immediate => Constant(operand.Value),
        PtxOperandKind.Symbol => Constant((ulong)PlaceOf(operand.Name)),
        _ => throw new NotSupportedException($"{Kernel.Name}: an operand is not understood: {operand}."),
    };

    /// <summary>The slot of a base address; that of a symbol is its place in its space.</summary>
    public int BaseOf(PtxOperand address) => address.Name[0] == '%' ? slots[address.Name] : Constant((ulong)PlaceOf(address.Name));

    private int PlaceOf(string symbol) =>
        (Kernel.Shared.FirstOrDefault(v => v.Name == symbol) ?? Kernel.Parameters.FirstOrDefault(v => v.Name == symbol))?.Offset
        ?? throw new NotSupportedException($"{Kernel.Name}: there is no array or parameter {symbol}.");

    private int Constant(ulong value)
    {
        if (!constants.TryGetValue(value, out int slot))
        {
            constants.Add(value, slot = Slots++);
        }

        return slot;
    }
}
