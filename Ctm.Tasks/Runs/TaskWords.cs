namespace Ctm.Tasks.Runs;

/// <summary>What a task calls its samples and its measures, in views and reports.</summary>
/// <param name="Samples">Its samples, such as <c>mazes</c>.</param>
/// <param name="Whole">A sample that is wholly right, such as <c>solved</c>: the measure <c>accuracy</c> or <c>solve_rate</c>.</param>
/// <param name="Step">A right position of a sample, the measure <c>step_accuracy</c>; null where samples have one position.</param>
/// <param name="Tick">The tick that the measure <c>tick</c> counts.</param>
public sealed record TaskWords(string Samples, string Whole, string? Step = null, string Tick = "certainty tick")
{
    /// <summary>Measures as text, in their order.</summary>
    /// <param name="measures">Measures of a training batch or of unseen samples.</param>
    public string Describe(IReadOnlyDictionary<string, double> measures) => string.Join(", ", measures.Select(
        m => FormattableString.Invariant(m.Key switch
        {
            "step_accuracy" when Step is not null => $"{Step} {m.Value:P1}",
            "accuracy" or "solve_rate" => $"{Whole} {m.Value:P1}",
            "reach" => $"curriculum reach {m.Value:F1}",
            "tick" => $"{Tick} {m.Value:F1}",
            _ => $"{m.Key} {m.Value:G4}",
        })));
}
