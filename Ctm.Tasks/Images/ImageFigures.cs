using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Images;

/// <summary>How well a model tells what unseen pictures show.</summary>
public sealed record ImageFigures : ClassificationFigures
{
    /// <summary>For the serializer.</summary>
    [JsonConstructor]
    public ImageFigures()
    {
    }

    /// <summary>Adds what only pictures have.</summary>
    [SetsRequiredMembers]
    internal ImageFigures(ClassificationFigures common, ReadoutObserver readouts)
        : base(common)
    {
        PerClassAccuracy = readouts.PerClassAccuracy;
        Top5Accuracy = readouts.TopFiveAccuracy;
        MeanLogitsAccuracy = readouts.MeanLogitsAccuracy;
        CertaintyWeightedAccuracy = readouts.CertaintyWeightedAccuracy;
    }

    /// <summary>Share of right answers at the most certain tick, by class; 0 for a class without pictures.</summary>
    public required double[] PerClassAccuracy { get; init; }

    /// <summary>Share of pictures whose class is among the five most probable ones at the most certain tick.</summary>
    public required double Top5Accuracy { get; init; }

    /// <summary>Share of right answers of the logits' mean over all ticks (paper appendix E.3).</summary>
    public required double MeanLogitsAccuracy { get; init; }

    /// <summary>Share of right answers of the logits' sum over all ticks, each weighted by its certainty (paper appendix E.3).</summary>
    public required double CertaintyWeightedAccuracy { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<FigureRow> OwnRows()
    {
        if (PerClassAccuracy.Length > 5)
        {
            yield return FigureRow.Of("among the first five", $"{Top5Accuracy:P2}");
        }

        if (PerTickAccuracy.Length > 1)
        {
            yield return FigureRow.Of("right at the last tick", $"{LastTickAccuracy:P2}");
            yield return FigureRow.Of("right by the mean of the ticks", $"{MeanLogitsAccuracy:P2}");
            yield return FigureRow.Of("right by the ticks weighted by certainty", $"{CertaintyWeightedAccuracy:P2}");
        }
    }
}
