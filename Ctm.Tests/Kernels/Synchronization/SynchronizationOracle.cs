namespace Ctm.Tests.Kernels.Synchronization;

/// <summary>
/// Synchronization by its definition over the whole history, in float64: S_t = sum of w p / sqrt(sum of w) with w = exp(-decay age),
/// for steps first .. t. No recurrence, so that it shares no mistake with the kernels.
/// </summary>
internal sealed class SynchronizationOracle(int[] left, int[] right, int batch, int neurons, int steps)
{
    public int Pairs => left.Length;

    /// <summary>S of every step, [steps, B, P], from states [steps, B, D].</summary>
    public double[] Forward(double[] states, double[] decay)
    {
        var output = new double[steps * batch * Pairs];
        for (int t = 0; t < steps; t++)
        {
            ForEachPair((b, p) => output[Place(t, b, p)] = At(states, decay[p], t, b, p, out _, out _));
        }

        return output;
    }

    /// <summary>beta of every step, [steps, P].</summary>
    public double[] Betas(double[] decay)
    {
        var betas = new double[steps * Pairs];
        for (int t = 0; t < steps; t++)
        {
            for (int p = 0; p < Pairs; p++)
            {
                betas[(t * Pairs) + p] = Enumerable.Range(0, t + 1).Sum(age => Math.Exp(-decay[p] * age));
            }
        }

        return betas;
    }

    /// <summary>The gradients of states and decays, from dS of every step, [steps, B, P].</summary>
    public (double[] States, double[] Decay) Backward(double[] states, double[] decay, double[] outputGradient)
    {
        var stateGradient = new double[states.Length];
        var decayGradient = new double[Pairs];
        for (int t = 0; t < steps; t++)
        {
            ForEachPair((b, p) =>
            {
                double gradient = outputGradient[Place(t, b, p)];
                At(states, decay[p], t, b, p, out double weights, out double slope);
                decayGradient[p] += gradient * slope;
                for (int k = 0; k <= t; k++)
                {
                    int row = ((k * batch) + b) * neurons;
                    double weighted = gradient * Math.Exp(-decay[p] * (t - k)) / Math.Sqrt(weights);
                    stateGradient[row + left[p]] += weighted * states[row + right[p]];
                    stateGradient[row + right[p]] += weighted * states[row + left[p]];
                }
            });
        }

        return (stateGradient, decayGradient);
    }

    private double At(double[] states, double decay, int t, int b, int p, out double weights, out double slope)
    {
        double sum = 0, sumSlope = 0, weightSlope = 0;
        weights = 0;
        for (int k = 0; k <= t; k++)
        {
            int row = ((k * batch) + b) * neurons, age = t - k;
            double weight = Math.Exp(-decay * age), product = states[row + left[p]] * states[row + right[p]];
            sum += weight * product;
            sumSlope -= age * weight * product;
            weights += weight;
            weightSlope -= age * weight;
        }

        slope = (sumSlope / Math.Sqrt(weights)) - (sum * weightSlope / (2 * weights * Math.Sqrt(weights)));
        return sum / Math.Sqrt(weights);
    }

    private int Place(int step, int sample, int pair) => (((step * batch) + sample) * Pairs) + pair;

    private void ForEachPair(Action<int, int> action)
    {
        for (int b = 0; b < batch; b++)
        {
            for (int p = 0; p < Pairs; p++)
            {
                action(b, p);
            }
        }
    }
}
