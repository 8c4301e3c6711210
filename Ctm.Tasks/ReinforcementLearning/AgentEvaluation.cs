namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>How an agent does in episodes that it was not trained on.</summary>
/// <param name="Samples">Number of episodes.</param>
/// <param name="MeanLength">Mean of their steps.</param>
/// <param name="MedianLength">Median of their steps.</param>
/// <param name="MeanReturn">Mean of their sums of rewards, as the environment gives them.</param>
/// <param name="MedianReturn">Median of those.</param>
/// <param name="CutShare">Share of the episodes that were cut at the limit.</param>
public sealed record AgentEvaluation(
    int Samples, double MeanLength, double MedianLength, double MeanReturn, double MedianReturn, double CutShare)
{
    /// <summary>Sums up episodes, one or more.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <param name="limit">Steps after which they were cut; one that ends by itself at the limit counts as cut too.</param>
    internal static AgentEvaluation Of(IReadOnlyList<Episode> episodes, int limit) => new(
        episodes.Count,
        episodes.Average(e => e.Length),
        Median([.. episodes.Select(e => (double)e.Length)]),
        episodes.Average(e => e.Return),
        Median([.. episodes.Select(e => e.Return)]),
        episodes.Average(e => e.Length >= limit ? 1.0 : 0));

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
