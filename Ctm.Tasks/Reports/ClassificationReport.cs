using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Reports;

/// <summary>The parts of a report that all tasks share whose models classify at every tick.</summary>
internal static class ClassificationReport
{
    /// <summary>What stopping early gives.</summary>
    public static void Exits(ReportText text, ClassificationFigures figures, TaskWords words)
    {
        text.Line($"Stopping as soon as the certainty reaches a threshold gives:\n");
        text.Line($"| certainty | {words.Samples} that reach it | {words.Whole} | mean ticks |\n|---:|---:|---:|---:|");
        foreach (ExitPoint exit in figures.ExitAt)
        {
            text.Line($"| {exit.Threshold:F2} | {exit.Share:P1} | {exit.Accuracy:P1} | {exit.MeanTicks:F2} |");
        }

        text.Space();
    }

    /// <summary>Calibration and neurons, with their picture.</summary>
    public static void Calibration(ReportText text, ClassificationFigures figures, string pictures)
    {
        LearningCurves.SaveCalibration(Path.Combine(pictures, "calibration.png"), figures);
        text.Line($"## Calibration and neurons\n").Picture("calibration.png", "Reliability curve, and power of the neurons by frequency");
        text.Line($"Confidence is the mean over the ticks of the probability of the class that the last tick chooses.\n");
        if (figures is { PerTickAccuracy.Length: > 1, MostCertainCalibration: { } certain, LastTickCalibration: { } last })
        {
            text.Line($"| probabilities | calibration error | Brier score |\n|---|---:|---:|");
            text.Line($"| mean of the ticks | {figures.Ece:F4} | {figures.RunningMeanBrier:F4} |");
            text.Line($"| at the most certain tick | {certain.Ece:F4} | {certain.Brier:F4} |");
            text.Line($"| at the last tick | {last.Ece:F4} | {last.Brier:F4} |\n");
        }

        if (figures.Dynamics is not { } dynamics)
        {
            return;
        }

        text.Line($"{dynamics.DeadNeurons} of {dynamics.Neurons} neurons hardly move at all.");
        if (dynamics.DecaysAtBound is { } share)
        {
            text.Line($"{share:P1} of the synchronization's decays stand on a bound.");
        }

        text.Space();
    }
}
