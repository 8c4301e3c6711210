using System.Globalization;
using System.Text.RegularExpressions;

namespace Ctm.Tests.Ptx.Reading;

/// <summary>Declarations of parameters, arrays and registers.</summary>
internal static partial class PtxDeclarations
{
    /// <summary>Bytes of a type.</summary>
    public static int SizeOf(string type) => type switch
    {
        "b8" or "u8" or "s8" => 1,
        "b16" or "u16" or "s16" or "f16" => 2,
        "b32" or "u32" or "s32" or "f32" => 4,
        "b64" or "u64" or "s64" or "f64" => 8,
        _ => throw new FormatException($"No size is known for the type {type}."),
    };

    /// <summary>As <c>.param .align 8 .b8 name[152]</c> or <c>.param .b32 name</c>.</summary>
    public static PtxVariable Parameter(string line, IReadOnlyList<PtxVariable> before) =>
        Variable(ParameterLine().Match(line), line, before);

    /// <summary>As <c>.shared .align 16 .b8 name[4096];</c>.</summary>
    public static PtxVariable Array(string line, IReadOnlyList<PtxVariable> before) =>
        Variable(ArrayLine().Match(line), line, before);

    /// <summary>As <c>.reg .f32 %f&lt;661&gt;;</c>, of which register 0 is not used.</summary>
    public static (string Type, int Count) Registers(string line)
    {
        Match match = RegisterLine().Match(line);
        return match.Success
            ? (match.Groups["type"].Value, Number(match.Groups["count"]) - 1)
            : throw new FormatException($"Not understood as registers: {line}");
    }

    private static PtxVariable Variable(Match match, string line, IReadOnlyList<PtxVariable> before)
    {
        if (!match.Success)
        {
            throw new FormatException($"Not understood as a declaration: {line}");
        }

        int element = SizeOf(match.Groups["type"].Value);
        int size = element * (match.Groups["count"].Success ? Number(match.Groups["count"]) : 1);
        int alignment = match.Groups["align"].Success ? Number(match.Groups["align"]) : element;
        int end = before.Count == 0 ? 0 : before[^1].Offset + before[^1].Size;
        return new PtxVariable(match.Groups["name"].Value, (end + alignment - 1) / alignment * alignment, size);
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\.param\s+(\.align (?<align>\d+)\s+)?\.(?<type>\w+)\s+(?<name>[\w$]+)(\[(?<count>\d+)\])?,?$", RegexOptions.ExplicitCapture)]
    private static partial Regex ParameterLine();

    [GeneratedRegex(
        @"^\.(shared|local)\s+\.align (?<align>\d+)\s+\.(?<type>\w+)\s+(?<name>\w+)\[(?<count>\d+)\];$", RegexOptions.ExplicitCapture)]
    private static partial Regex ArrayLine();

    [GeneratedRegex(@"^\.reg\s+\.(?<type>\w+)\s+%\w+<(?<count>\d+)>;$", RegexOptions.ExplicitCapture)]
    private static partial Regex RegisterLine();
}
