namespace Ctm.Tests.Ptx.Reading;

/// <summary>What an operand of a PTX instruction is.</summary>
internal enum PtxOperandKind
{
    /// <summary>A virtual register, as <c>%f12</c>.</summary>
    Register,

    /// <summary>A register that the hardware fills, as <c>%tid.x</c>.</summary>
    Special,

    /// <summary>A number; floating-point ones are given by their bits.</summary>
    Immediate,

    /// <summary>A label, a parameter or an array.</summary>
    Symbol,

    /// <summary>An address: a register or symbol and an offset in bytes.</summary>
    Address,

    /// <summary>Two or four registers or numbers.</summary>
    Vector,
}

/// <summary>An operand of a PTX instruction.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The register, symbol, or base of the address.</param>
/// <param name="Value">Bits of the number, or the address's offset.</param>
/// <param name="Parts">A vector's parts.</param>
internal sealed record PtxOperand(PtxOperandKind Kind, string Name, ulong Value, PtxOperand[] Parts)
{
    /// <summary>All registers in it.</summary>
    public IEnumerable<string> Registers => Kind switch
    {
        PtxOperandKind.Register => [Name],
        PtxOperandKind.Address when Name[0] == '%' => [Name],
        PtxOperandKind.Vector => Parts.SelectMany(part => part.Registers),
        _ => [],
    };

    public override string ToString() => Kind == PtxOperandKind.Vector ? $"{{{string.Join(", ", Parts.AsEnumerable())}}}" : Name;
}
