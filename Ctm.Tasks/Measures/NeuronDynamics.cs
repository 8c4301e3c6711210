using Ctm.Engine.Models;
using Ctm.Engine.Modules;

namespace Ctm.Tasks.Measures;

/// <summary>What the neurons of a model do over the ticks of some samples (paper appendix I).</summary>
public sealed record NeuronDynamics
{
    // The reference's decays are kept in [0, 15] (models/ctm.py).
    private const float LowestDecay = 0f, HighestDecay = 15f;
    private const double Still = 1e-3;
    private const string DecayName = "decay_params";

    /// <summary>Number of neurons.</summary>
    public required int Neurons { get; init; }

    /// <summary>
    /// Neurons whose post-activation hardly differs between samples and ticks: its standard deviation is below a thousandth of the mean
    /// over all neurons.
    /// </summary>
    public required int DeadNeurons { get; init; }

    /// <summary>
    /// How the power of the post-activations over the ticks, their mean taken off, is spread over the frequencies of 1, 2, ... T / 2 cycles in
    /// T ticks; the mean over neurons and samples, summing to 1. Empty where there is one tick, zeros where nothing moves.
    /// </summary>
    public required double[] Spectrum { get; init; }

    /// <summary>Share of the synchronization's decays that stand on a bound, 0 or 15; absent for models without decays.</summary>
    public double? DecaysAtBound { get; init; }

    /// <summary>Looks at the neurons during one forward pass; null for models without neurons.</summary>
    /// <param name="output">The pass, still on the tape.</param>
    /// <param name="parameters">The model's parameters.</param>
    internal static NeuronDynamics? Of(TickOutput output, ParameterSet parameters)
    {
        if (output.PostActivations is not { } states || output.Batch == 0)
        {
            return null;
        }

        float[] values = states.Data.ToArray();
        int neurons = states.Columns;
        double[] deviations = Deviations(values, neurons);
        double least = Still * deviations.Average();
        return new NeuronDynamics
        {
            Neurons = neurons,
            DeadNeurons = deviations.Count(d => d <= least),
            Spectrum = PowerSpectrum(values, output.Ticks, output.Batch * neurons),
            DecaysAtBound = ShareAtBound(parameters),
        };
    }

    private static double[] Deviations(float[] values, int neurons)
    {
        double[] sum = new double[neurons], squares = new double[neurons];
        for (int i = 0; i < values.Length; i++)
        {
            sum[i % neurons] += values[i];
        }

        double rows = values.Length / neurons;
        for (int i = 0; i < values.Length; i++)
        {
            double distance = values[i] - (sum[i % neurons] / rows);
            squares[i % neurons] += distance * distance;
        }

        return [.. squares.Select(s => Math.Sqrt(s / rows))];
    }

    // Shape [T, series]: a discrete Fourier transform of each series, the constant part left out.
    private static double[] PowerSpectrum(float[] values, int ticks, int series)
    {
        var power = new double[ticks / 2];
        double[] real = new double[series], imaginary = new double[series];
        for (int f = 1; f <= power.Length; f++)
        {
            Array.Clear(real);
            Array.Clear(imaginary);
            for (int t = 0; t < ticks; t++)
            {
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * f * t / ticks);
                for (int i = 0; i < series; i++)
                {
                    real[i] += cosine * values[(t * series) + i];
                    imaginary[i] += sine * values[(t * series) + i];
                }
            }

            for (int i = 0; i < series; i++)
            {
                power[f - 1] += (real[i] * real[i]) + (imaginary[i] * imaginary[i]);
            }
        }

        double all = power.Sum();
        return all > 0 ? [.. power.Select(p => p / all)] : power;
    }

    private static double? ShareAtBound(ParameterSet parameters)
    {
        float[] decays =
        [
            .. parameters.Parameters.Where(p => p.Name.Contains(DecayName, StringComparison.Ordinal)).SelectMany(p => p.Data.ToArray()),
        ];
        return decays.Length == 0 ? null : decays.Count(d => d is <= LowestDecay or >= HighestDecay) / (double)decays.Length;
    }
}
