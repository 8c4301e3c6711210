using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Questions;

/// <summary>How well a model answers questions about unseen digits, with the most digits and operations that it was trained on.</summary>
public sealed record QamnistFigures : ClassificationFigures
{
    /// <summary>For the serializer.</summary>
    [JsonConstructor]
    public QamnistFigures()
    {
    }

    [SetsRequiredMembers]
    internal QamnistFigures(ClassificationFigures common, double[][]? grid)
        : base(common)
    {
        Grid = grid;
    }

    /// <summary>Accuracy by digits and operations, [digits - 1][operations - 1]; absent where no grid was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double[][]? Grid { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<FigureRow> OwnRows()
    {
        foreach ((double[] row, int digits) in (Grid ?? []).Select((row, i) => (row, i + 1)))
        {
            string name = FormattableString.Invariant($"{digits} digits, 1 to {row.Length} operations");
            yield return new FigureRow(name, string.Join(' ', row.Select(a => FormattableString.Invariant($"{100 * a:F0}"))) + " %");
        }
    }
}
