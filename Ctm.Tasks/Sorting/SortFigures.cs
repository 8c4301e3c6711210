using System.Text.Json.Serialization;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Sorting;

/// <summary>
/// How well a model sorts unseen lists; the accuracy is the share that it spells exactly, decoded as in the reference. With several readings
/// of each list, all figures but <see cref="OneReading"/> are those of their mean.
/// </summary>
public sealed record SortFigures : EvaluationFigures
{
    /// <summary>Share of right places, those beyond a list's end left out and missing ones wrong.</summary>
    public required double StepAccuracy { get; init; }

    /// <summary>Share of exact lists where a blank separates equal labels, as the loss has it.</summary>
    public required double TextbookAccuracy { get; init; }

    /// <summary>Share of exact lists where the most likely order of all numbers is read, none of them twice and none left out.</summary>
    public required double PermutationAccuracy { get; init; }

    /// <summary>In how many rotations each list was read.</summary>
    public int Readings { get; init; } = 1;

    /// <summary>What one reading of each list gives; absent where there was no other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OneReading? OneReading { get; init; }

    /// <summary>Mean tick of the last number, from 1.</summary>
    public required double MeanTick { get; init; }

    /// <summary>Number of ticks.</summary>
    public required int Ticks { get; init; }

    /// <summary>Mean ticks of waiting before the first number, the second, and so on, [numbers].</summary>
    public required double[] MeanWait { get; init; }

    /// <summary>Waiting by the gap between a number and the one before it, by rising gap, eight groups of equal size.</summary>
    public required IReadOnlyList<GapWait> WaitByGap { get; init; }

    /// <summary>Share of exact lists by the smallest gap between two of their numbers, by rising gap, eight groups of equal size.</summary>
    public required IReadOnlyList<GapAccuracy> AccuracyByGap { get; init; }

    /// <summary>Correlation of waiting with the gap.</summary>
    public required double GapWaitCorrelation { get; init; }

    /// <summary>What the neurons do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NeuronDynamics? Dynamics { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<FigureRow> Rows(TaskWords words)
    {
        yield return FigureRow.Of(words.Whole, $"{Accuracy:P2}");
        yield return FigureRow.Of(words.Step!, $"{StepAccuracy:P2}");
        yield return FigureRow.Of("lists right, blanks separate", $"{TextbookAccuracy:P2}");
        yield return FigureRow.Of("lists right, each number once", $"{PermutationAccuracy:P2}");
        if (OneReading is { } one)
        {
            yield return FigureRow.Of("readings of each list, averaged", $"{Readings}");
            yield return FigureRow.Of("lists right, one reading", $"{one.Accuracy:P2}");
            yield return FigureRow.Of("lists right, one reading, each number once", $"{one.PermutationAccuracy:P2}");
        }

        yield return FigureRow.Of("mean tick of the last number", $"{MeanTick:F2} of {Ticks}");
        yield return FigureRow.Of("correlation of waiting with the gap", $"{GapWaitCorrelation:F2}");
    }
}

/// <summary>How well a model sorts lists that it reads once, as they are.</summary>
/// <param name="Accuracy">Share of exact lists.</param>
/// <param name="StepAccuracy">Share of right places.</param>
/// <param name="PermutationAccuracy">Share of exact lists, read as an order of all numbers.</param>
public sealed record OneReading(double Accuracy, double StepAccuracy, double PermutationAccuracy);

/// <summary>Waiting before numbers that are about as far from the ones before them.</summary>
/// <param name="Gap">Mean gap.</param>
/// <param name="Wait">Mean ticks of waiting.</param>
/// <param name="Count">Numbers in the group.</param>
public sealed record GapWait(double Gap, double Wait, int Count);

/// <summary>How many lists are sorted whose closest numbers are about as far from each other.</summary>
/// <param name="Gap">Mean of the smallest gaps.</param>
/// <param name="Accuracy">Share of exact lists.</param>
/// <param name="Count">Lists in the group.</param>
public sealed record GapAccuracy(double Gap, double Accuracy, int Count);
