using System.Globalization;

namespace Ctm.Tests.Ptx.Reading;

/// <summary>Reads one instruction.</summary>
internal static class PtxStatement
{
    /// <summary>Reads a line that ends with a semicolon.</summary>
    /// <exception cref="FormatException">When it does not.</exception>
    public static PtxInstruction Read(string line, int number)
    {
        if (!line.EndsWith(';'))
        {
            throw new FormatException($"Line {number} is no statement: {line}");
        }

        string rest = line[..^1].Trim(), predicate = string.Empty;
        bool negated = false;
        if (rest[0] == '@')
        {
            (predicate, rest) = Cut(rest[1..]);
            negated = predicate[0] == '!';
            predicate = predicate.TrimStart('!');
        }

        (string operation, string operands) = Cut(rest);
        string[] parts = operation.Split('.');
        PtxOperand[] read = [.. Commas(operands).Select(Operand)];
        return new PtxInstruction(parts[0], parts[1..], read, predicate, negated, number, line[..^1].Replace('\t', ' '));
    }

    private static (string First, string Last) Cut(string text)
    {
        int blank = text.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? (text, string.Empty) : (text[..blank], text[blank..].Trim());
    }

    private static IEnumerable<string> Commas(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (i > start)
                {
                    yield return text[start..i].Trim();
                }

                start = i + 1;
            }
            else if (text[i] is '{' or '[' or '(')
            {
                depth++;
            }
            else if (text[i] is '}' or ']' or ')')
            {
                depth--;
            }
        }
    }

    private static PtxOperand Operand(string text)
    {
        switch (text[0])
        {
            case '{':
                return new PtxOperand(PtxOperandKind.Vector, string.Empty, 0, [.. Commas(text[1..^1]).Select(Operand)]);
            case '[':
                string[] parts = text[1..^1].Split('+', StringSplitOptions.TrimEntries);
                long offset = parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
                return new PtxOperand(PtxOperandKind.Address, parts[0], (ulong)offset, []);
            case '%':
                bool special = text.Contains('.', StringComparison.Ordinal) || text is "%laneid" or "%warpid" or "%dynamic_smem_size";
                return new PtxOperand(special ? PtxOperandKind.Special : PtxOperandKind.Register, text, 0, []);
            case '-' or (>= '0' and <= '9'):
                return new PtxOperand(PtxOperandKind.Immediate, text, Number(text), []);
            default:
                return new PtxOperand(PtxOperandKind.Symbol, text, 0, []);
        }
    }

    private static ulong Number(string text) => text switch
    {
        ['0', 'f' or 'F' or 'd' or 'D', .. var bits] => ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ['0', 'x', .. var bits] => ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ['-', ..] => (ulong)long.Parse(text, CultureInfo.InvariantCulture),
        _ => ulong.Parse(text, CultureInfo.InvariantCulture),
    };
}
