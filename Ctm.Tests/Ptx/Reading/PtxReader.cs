namespace Ctm.Tests.Ptx.Reading;

/// <summary>
/// Reads the PTX that ILGPU prints: one statement a line, one entry point a module. What it does not know it refuses, so that nothing
/// goes unread.
/// </summary>
internal sealed class PtxReader
{
    private readonly List<PtxVariable> parameters = [], shared = [], local = [];
    private readonly Dictionary<string, int> registers = [], labels = [];
    private readonly Dictionary<string, string[]> tables = [];
    private readonly List<PtxInstruction> instructions = [];
    private string name = string.Empty, lastLabel = string.Empty, begun = string.Empty;
    private bool hasFunctions;
    private int nesting;

    private PtxReader()
    {
    }

    private enum Place
    {
        Outside,
        Parameters,
        Body,
        OtherFunction,
    }

    /// <summary>Reads a module.</summary>
    /// <exception cref="FormatException">When a line is not understood.</exception>
    public static PtxKernel Read(string text)
    {
        var reader = new PtxReader();
        string[] lines = text.Split('\n');
        var place = Place.Outside;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = WithoutComment(lines[i]).Trim();
            if (line.Length > 0)
            {
                place = reader.Line(line, i + 1, place);
            }
        }

        if (reader.name.Length == 0 || place != Place.Outside)
        {
            throw new FormatException("There is no complete entry point in the PTX.");
        }

        return reader.Finish();
    }

    private static string WithoutComment(string line)
    {
        int comment = line.IndexOf("//", StringComparison.Ordinal);
        return comment < 0 ? line : line[..comment];
    }

    private Place Line(string line, int number, Place place)
    {
        switch (place)
        {
            case Place.OtherFunction:
                // A declaration ends with a semicolon, a definition with its last brace.
                return Nested(line) || (line != "}" && !line.EndsWith(';')) ? place : Place.Outside;
            case Place.Parameters when line.StartsWith('.'):
                parameters.Add(PtxDeclarations.Parameter(line, parameters));
                return place;
            case Place.Parameters:
                return Nested(line) ? Place.Body : place;
            case Place.Body:
                return Nested(line) ? Statement(line, number) : Place.Outside;
            default:
                return TopLevel(line);
        }
    }

    /// <summary>Counts braces that stand alone; false outside of all.</summary>
    private bool Nested(string line)
    {
        nesting += line == "{" ? 1 : line == "}" ? -1 : 0;
        return nesting > 0;
    }

    private Place TopLevel(string line)
    {
        if (line.StartsWith(".visible .entry ", StringComparison.Ordinal))
        {
            if (name.Length > 0)
            {
                throw new FormatException("There are two entry points in the PTX.");
            }

            name = line[".visible .entry ".Length..].TrimEnd('(', ' ');
            return Place.Parameters;
        }

        if (line.Contains(".func ", StringComparison.Ordinal))
        {
            hasFunctions = true;
            return line.EndsWith(';') ? Place.Outside : Place.OtherFunction;
        }

        if (line.Split(' ')[0] is ".version" or ".target" or ".address_size")
        {
            return Place.Outside;
        }

        throw new FormatException($"Not understood outside of functions: {line}");
    }

    private Place Statement(string line, int number)
    {
        if (line is "{" or "}" || line.StartsWith(".param ", StringComparison.Ordinal))
        {
            // The arguments of a call are declared in a block of their own.
            return Place.Body;
        }

        line = begun + line;
        begun = string.Empty;
        if (line.StartsWith("call", StringComparison.Ordinal) && !line.EndsWith(';'))
        {
            // A call has its arguments on lines of their own.
            begun = line + " ";
        }
        else if (line.EndsWith(':'))
        {
            lastLabel = line[..^1];
            labels.Add(lastLabel, instructions.Count);
        }
        else if (line.StartsWith(".reg ", StringComparison.Ordinal))
        {
            (string type, int count) = PtxDeclarations.Registers(line);
            registers[type] = count;
        }
        else if (line.StartsWith(".shared ", StringComparison.Ordinal))
        {
            shared.Add(PtxDeclarations.Array(line, shared));
        }
        else if (line.StartsWith(".local ", StringComparison.Ordinal))
        {
            local.Add(PtxDeclarations.Array(line, local));
        }
        else if (line.StartsWith(".branchtargets", StringComparison.Ordinal))
        {
            tables.Add(lastLabel, line[".branchtargets".Length..].TrimEnd(';').Split(',', StringSplitOptions.TrimEntries));
        }
        else
        {
            instructions.Add(PtxStatement.Read(line, number));
        }

        return Place.Body;
    }

    private PtxKernel Finish() => new()
    {
        Name = name,
        Parameters = parameters,
        Shared = shared,
        Local = local,
        Registers = registers,
        Instructions = instructions,
        Labels = labels,
        BranchTables = tables,
        HasFunctions = hasFunctions,
    };
}
