namespace Ctm.Tests.Ptx.Reading;

/// <summary>One PTX instruction.</summary>
/// <param name="Opcode">The operation, as <c>ld</c>.</param>
/// <param name="Modifiers">What follows it after dots, as <c>global</c>, <c>v4</c>, <c>f32</c>.</param>
/// <param name="Operands">The operands, the result first.</param>
/// <param name="Predicate">The register that decides whether it is carried out; empty for always.</param>
/// <param name="IsNegated">Whether it is carried out when the predicate is false.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text">As it was written.</param>
internal sealed record PtxInstruction(
    string Opcode, string[] Modifiers, PtxOperand[] Operands, string Predicate, bool IsNegated, int Line, string Text)
{
    /// <summary>The last modifier: the type that is computed in.</summary>
    public string Type => Modifiers.Length == 0 ? string.Empty : Modifiers[^1];

    /// <summary>The state space of a load or store, as <c>global</c>.</summary>
    public string Space => Opcode is "ld" or "st" ? Modifiers[0] : string.Empty;

    /// <summary>Numbers that one load or store moves: 1, 2 or 4.</summary>
    public int Width => Has("v4") ? 4 : Has("v2") ? 2 : 1;

    /// <summary>Whether it branches.</summary>
    public bool IsBranch => Opcode is "bra" or "brx";

    /// <summary>Whether nothing after it is reached through it.</summary>
    public bool IsEnd => Opcode is "ret" or "exit" or "trap" or "brx" || (Opcode == "bra" && Predicate.Length == 0);

    /// <summary>Whether the first operand is written.</summary>
    public bool HasResult =>
        Operands.Length > 0 && Opcode is not ("st" or "bra" or "brx" or "bar" or "barrier" or "red" or "ret" or "membar");

    /// <summary>Registers that it reads.</summary>
    public IEnumerable<string> Reads
    {
        get
        {
            IEnumerable<string> read = Operands.Skip(HasResult ? 1 : 0).SelectMany(operand => operand.Registers);
            return Predicate.Length > 0 ? read.Append(Predicate) : read;
        }
    }

    /// <summary>Registers that it writes.</summary>
    public IEnumerable<string> Writes => HasResult ? Operands[0].Registers : [];

    /// <summary>Whether a modifier is there.</summary>
    public bool Has(string modifier) => Array.IndexOf(Modifiers, modifier) >= 0;

    public override string ToString() => $"line {Line}: {Text}";
}
