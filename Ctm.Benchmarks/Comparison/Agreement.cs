namespace Ctm.Benchmarks.Comparison;

/// <summary>How far a peer is from the engine, with the same weights and batch.</summary>
/// <param name="Predictions">Largest difference of a prediction.</param>
/// <param name="PredictionShare">The same, divided by the largest prediction.</param>
/// <param name="GradientShare">
/// Largest difference of a gradient, divided by the largest gradient of its parameter; null for peers that only answer.
/// </param>
/// <param name="WorstGradient">The parameter with the largest difference.</param>
internal sealed record Agreement(double Predictions, double PredictionShare, double? GradientShare, string? WorstGradient)
{
    // Rounding of some thousand summands a product grows over the ticks; a wrong formula is off by far more.
    private const double MostPredictions = 2e-4, MostGradients = 5e-3;

    // Gradients below this share of the model's largest are rounding: the keys' bias has an exact gradient of 0, for one.
    private const double Noise = 1e-6;
    private const int Seed = 2;

    /// <summary>Whether the difference is one of rounding.</summary>
    public bool IsWithinRounding => PredictionShare <= MostPredictions && GradientShare is null or <= MostGradients;

    /// <summary>Runs both sides forward and, where the peer trains, backward from the same gradients of the predictions.</summary>
    public static Agreement Of(EngineSide engine, IInferenceSide peer)
    {
        engine.Infer();
        peer.Infer();
        float[] ours = engine.ReadPredictions(), theirs = peer.ReadPredictions();
        if (ours.Length != theirs.Length)
        {
            throw new InvalidOperationException($"{peer.Name} gives {theirs.Length} predictions, the engine {ours.Length}.");
        }

        double difference = Largest(ours.Select((v, i) => v - theirs[i])), share = difference / Largest(ours.Select(v => (double)v));
        if (peer is not ITrainingSide training)
        {
            return new Agreement(difference, share, null, null);
        }

        var random = new Random(Seed);
        float[] gradients = [.. ours.Select(_ => random.NextSingle() - 0.5f)];
        engine.Differentiate(gradients);
        training.Differentiate(gradients);
        (double worst, string name) = Gradients(engine.ReadGradients(), training.ReadGradients());
        return new Agreement(difference, share, worst, name);
    }

    private static (double Share, string Name) Gradients(
        IReadOnlyDictionary<string, float[]> ours, IReadOnlyDictionary<string, float[]> theirs)
    {
        double most = ours.Values.Max(g => Largest(g.Select(v => (double)v)));
        return ours.Select(pair =>
        {
            float[] other = theirs[pair.Key];
            double scale = Math.Max(Largest(pair.Value.Select(v => (double)v)), Noise * most);
            return (Largest(pair.Value.Select((v, i) => v - other[i])) / scale, pair.Key);
        }).Max();
    }

    // Not a number counts as infinitely large.
    private static double Largest(IEnumerable<double> values) => values.Max(v => double.IsNaN(v) ? double.PositiveInfinity : Math.Abs(v));

    private static double Largest(IEnumerable<float> values) => Largest(values.Select(v => (double)v));
}
