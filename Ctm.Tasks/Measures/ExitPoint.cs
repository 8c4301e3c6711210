namespace Ctm.Tasks.Measures;

/// <summary>Stopping at the first tick whose certainty reaches a threshold.</summary>
/// <param name="Threshold">The certainty.</param>
/// <param name="Share">Share of samples that reach it; the rest run to the last tick.</param>
/// <param name="Accuracy">Share of samples that are wholly right at the tick where each stops.</param>
/// <param name="MeanTicks">Mean number of ticks run.</param>
public sealed record ExitPoint(double Threshold, double Share, double Accuracy, double MeanTicks);

/// <summary>One bin of a reliability curve: predictions that are about as confident.</summary>
/// <param name="Share">Share of all predictions that fall into the bin.</param>
/// <param name="Confidence">Their mean confidence; 0 where there are none.</param>
/// <param name="Accuracy">Share of them that are right; 0 where there are none.</param>
public sealed record ReliabilityBin(double Share, double Confidence, double Accuracy);
