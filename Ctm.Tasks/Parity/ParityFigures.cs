using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Parity;

/// <summary>How well a model tells the parities of unseen sequences; the accuracy is the share of whole ones.</summary>
public sealed record ParityFigures : ClassificationFigures
{
    /// <summary>For the serializer.</summary>
    [JsonConstructor]
    public ParityFigures()
    {
    }

    [SetsRequiredMembers]
    internal ParityFigures(ClassificationFigures common, ClassificationEvaluator evaluator, ScanObserver scan)
        : base(common)
    {
        PerTickSequenceAccuracy = evaluator.PerTickWhole;
        PerTickPositionAccuracy = evaluator.PerTickPosition;
        Strategy = scan.Strategy(common.StepAccuracy);
        AttentionOrder = scan.AttentionOrder;
        SettlingOrder = scan.SettlingOrder;
    }

    /// <summary>Share of sequences with all places right at every tick.</summary>
    public required double[] PerTickSequenceAccuracy { get; init; }

    /// <summary>Share of right answers at every tick and place, [T][length].</summary>
    public required double[][] PerTickPositionAccuracy { get; init; }

    /// <summary>Direction of reading: <c>forward</c>, <c>backward</c>, or <c>unclear</c> (see <see cref="ScanObserver"/>).</summary>
    public required string Strategy { get; init; }

    /// <summary>Correlation of the place attended to with the tick, of the head where it is strongest; absent without attention.</summary>
    public double? AttentionOrder { get; init; }

    /// <summary>Correlation of the tick from which a place stays right with the place.</summary>
    public required double SettlingOrder { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<FigureRow> OwnRows()
    {
        string attention = AttentionOrder is { } a ? FormattableString.Invariant($", place attended to with tick {a:F2}") : string.Empty;
        yield return FigureRow.Of("direction of reading", $"{Strategy}");
        yield return FigureRow.Of("correlations", $"settling tick with place {SettlingOrder:F2}{attention}");
    }
}
