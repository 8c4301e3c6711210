namespace Ctm.Tasks.Measures;

/// <summary>What samples are answered that are shown in several forms, turned for instance: the mean of the forms' answers.</summary>
/// <param name="Readings">Number of forms, the sample as it is among them.</param>
/// <param name="Accuracy">Share of samples with all positions right.</param>
/// <param name="StepAccuracy">Share of right positions.</param>
public sealed record FormsAnswer(int Readings, double Accuracy, double StepAccuracy);
