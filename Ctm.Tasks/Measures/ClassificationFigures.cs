using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Measures;

/// <summary>The figures of a model that classifies one or several positions at every tick. Accuracy is the share of samples with all of
/// their positions right at the tick that answers.</summary>
public record ClassificationFigures : EvaluationFigures
{
    /// <summary>For the serializer.</summary>
    [JsonConstructor]
    public ClassificationFigures()
    {
    }

    /// <summary>Share of right positions at the tick that answers (the most certain, or the last).</summary>
    [JsonPropertyOrder(-2)]
    public required double StepAccuracy { get; init; }

    /// <summary>Mean most certain tick, from 1.</summary>
    [JsonPropertyOrder(-2)]
    public required double MeanTick { get; init; }

    /// <summary>Share of samples with all positions right at the last tick; absent in runs of earlier versions.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LastTickAccuracy { get; init; }

    /// <summary>
    /// The tick, from 1, at which most samples have all positions right, the first of equals: the last one where more ticks would help. Absent
    /// in runs of earlier versions.
    /// </summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BestTick { get; init; }

    /// <summary>
    /// Share of samples that are wholly right at some tick, but not at the one that answers (over-thinking; paper figure 14). Absent in runs
    /// of earlier versions.
    /// </summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Overthinking { get; init; }

    /// <summary>Expected calibration error of the last tick's classes, 9 bins, with the paper's running mean of probabilities.</summary>
    [JsonPropertyOrder(-2)]
    public required double Ece { get; init; }

    /// <summary>Brier score at the tick that answers, a mean over positions.</summary>
    [JsonPropertyOrder(-2)]
    public required double Brier { get; init; }

    /// <summary>Share of right positions at every tick.</summary>
    [JsonPropertyOrder(-2)]
    public required double[] PerTickAccuracy { get; init; }

    /// <summary>What stopping at a certainty would give.</summary>
    [JsonPropertyOrder(-2)]
    public required IReadOnlyList<ExitPoint> ExitAt { get; init; }

    /// <summary>The reliability curve behind <see cref="Ece"/>, by rising confidence; absent in runs of earlier versions.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReliabilityBin>? Reliability { get; init; }

    /// <summary>Brier score of the running mean; absent in runs of earlier versions.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RunningMeanBrier { get; init; }

    /// <summary>Calibration of the answers at each sample's most certain tick; absent in runs of earlier versions.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Calibration? MostCertainCalibration { get; init; }

    /// <summary>Calibration of the answers at the last tick; absent in runs of earlier versions.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Calibration? LastTickCalibration { get; init; }

    /// <summary>What the mean of several forms of each sample answers; absent where each was shown once, as all other figures have it.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FormsAnswer? Forms { get; init; }

    /// <summary>What the neurons do; absent for models without any.</summary>
    [JsonPropertyOrder(-2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NeuronDynamics? Dynamics { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<FigureRow> Rows(TaskWords words)
    {
        int ticks = PerTickAccuracy.Length;
        yield return FigureRow.Of(words.Whole, $"{Accuracy:P2}");
        if (words.Step is { } step)
        {
            yield return FigureRow.Of(step, $"{StepAccuracy:P2}");
        }

        if (Forms is { } forms)
        {
            yield return FigureRow.Of(FormattableString.Invariant($"{words.Whole}, mean of {forms.Readings} forms"), $"{forms.Accuracy:P2}");
            yield return FigureRow.Of(FormattableString.Invariant($"{words.Step}, mean of {forms.Readings} forms"), $"{forms.StepAccuracy:P2}");
        }

        yield return FigureRow.Of("mean most certain tick", $"{MeanTick:F2} of {ticks}");
        yield return FigureRow.Of("calibration error (ECE)", $"{Ece:F4}");
        if (ticks > 1 && MostCertainCalibration is { } certain && LastTickCalibration is { } last)
        {
            yield return FigureRow.Of("the same, at the most certain tick", $"{certain.Ece:F4}");
            yield return FigureRow.Of("the same, at the last tick", $"{last.Ece:F4}");
        }

        yield return FigureRow.Of("Brier score", $"{Brier:F4}");
        if (ticks > 1 && BestTick is { } best && Overthinking is { } lost)
        {
            yield return FigureRow.Of("best tick for all", $"{best} of {ticks}");
            yield return FigureRow.Of("right at some tick, not in the answer", $"{lost:P2}");
        }

        foreach (FigureRow row in OwnRows())
        {
            yield return row;
        }

        foreach (ExitPoint exit in ticks == 1 ? [] : ExitAt)
        {
            string name = FormattableString.Invariant($"stopping at certainty {exit.Threshold:F2}");
            yield return FigureRow.Of(name, $"{exit.Accuracy:P2} {words.Whole} in {exit.MeanTicks:F2} ticks");
        }
    }

    /// <summary>Rows that only the task has.</summary>
    protected virtual IEnumerable<FigureRow> OwnRows() => [];
}
