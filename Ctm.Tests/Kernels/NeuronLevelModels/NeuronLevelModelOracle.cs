using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>A whole run in float64, sample by sample and neuron by neuron, with its gradients: the formula and nothing else.</summary>
internal sealed class NeuronLevelModelOracle(NeuronLevelModelShape shape)
{
    private readonly int d = shape.Neurons, m = shape.MemoryLength, h = shape.HiddenWidth, b = shape.Batch, t = shape.Ticks;

    /// <summary>w1, b1, T1, w2, b2, T2 in the public layout.</summary>
    public double[][] Parameters { get; init; } = [];

    /// <summary>[B, D, M].</summary>
    public double[] Start { get; init; } = [];

    /// <summary>[T, B, D].</summary>
    public double[] PreActivations { get; init; } = [];

    /// <summary>The gradient of z, [T, B, D].</summary>
    public double[] OutputGradients { get; init; } = [];

    /// <summary>A gradient of the last window, [B, D, M], or none.</summary>
    public double[]? WindowGradient { get; init; }

    public double[] Outputs { get; private set; } = [];

    public double[][] ParameterGradients { get; private set; } = [];

    public double[] StartGradient { get; private set; } = [];

    public double[] PreActivationGradients { get; private set; } = [];

    /// <summary>The differentiated scalar.</summary>
    public double Loss()
    {
        Run();
        double loss = Outputs.Zip(OutputGradients, (z, g) => z * g).Sum();
        for (int i = 0; WindowGradient is not null && i < b * d * m; i++)
        {
            loss += WindowGradient[i] * At(i / m / d, i / m % d, t + (i % m));
        }

        return loss;
    }

    public void Run()
    {
        Outputs = new double[t * b * d];
        ParameterGradients = [.. Parameters.Select(p => new double[p.Length])];
        StartGradient = new double[b * d * m];
        PreActivationGradients = new double[t * b * d];
        for (int i = 0; WindowGradient is not null && i < b * d * m; i++)
        {
            AddAt(i / m / d, i / m % d, t + (i % m), WindowGradient[i]);
        }

        for (int i = 0; i < t * b * d; i++)
        {
            Model(i / d / b, i / d % b, i % d);
        }
    }

    /// <summary>The window of the last tick, [B, D, M].</summary>
    public double[] LastWindow() => [.. Enumerable.Range(0, b * d * m).Select(i => At(i / m / d, i / m % d, t + (i % m)))];

    private double At(int sample, int neuron, int slot) => slot < m
        ? Start[(((sample * d) + neuron) * m) + slot]
        : PreActivations[((((slot - m) * b) + sample) * d) + neuron];

    private void AddAt(int sample, int neuron, int slot, double gradient)
    {
        if (slot < m)
        {
            StartGradient[(((sample * d) + neuron) * m) + slot] += gradient;
        }
        else
        {
            PreActivationGradients[((((slot - m) * b) + sample) * d) + neuron] += gradient;
        }
    }

    private void Model(int tick, int sample, int neuron)
    {
        double[] x = [.. Enumerable.Range(tick + 1, m).Select(slot => At(sample, neuron, slot))];
        double[] first = Linear(0, x, neuron), unit = Glu(first);
        double[] second = h > 0 ? Linear(3, unit, neuron) : first;
        int at = (((tick * b) + sample) * d) + neuron;
        Outputs[at] = Glu(second)[0];
        double[] gradient = GluGradient(second, [OutputGradients[at]]);
        if (h > 0)
        {
            gradient = GluGradient(first, LinearGradient(3, unit, second, gradient, neuron));
        }

        gradient = LinearGradient(0, x, first, gradient, neuron);
        for (int i = 0; i < m; i++)
        {
            AddAt(sample, neuron, tick + 1 + i, gradient[i]);
        }
    }

    private double[] Linear(int layer, double[] x, int neuron)
    {
        double[] w = Parameters[layer], bias = Parameters[layer + 1];
        var y = new double[bias.Length / d];
        for (int o = 0; o < y.Length; o++)
        {
            y[o] = bias[(neuron * y.Length) + o];
            for (int i = 0; i < x.Length; i++)
            {
                y[o] += x[i] * w[(((i * y.Length) + o) * d) + neuron];
            }

            y[o] /= Parameters[layer + 2][0];
        }

        return y;
    }

    private double[] LinearGradient(int layer, double[] x, double[] y, double[] gradient, int neuron)
    {
        double[] w = Parameters[layer], result = new double[x.Length];
        double temperature = Parameters[layer + 2][0];
        for (int o = 0; o < y.Length; o++)
        {
            double g = gradient[o] / temperature;
            ParameterGradients[layer + 1][(neuron * y.Length) + o] += g;
            ParameterGradients[layer + 2][0] -= g * y[o];
            for (int i = 0; i < x.Length; i++)
            {
                int at = (((i * y.Length) + o) * d) + neuron;
                ParameterGradients[layer][at] += g * x[i];
                result[i] += g * w[at];
            }
        }

        return result;
    }

    private static double[] Glu(double[] x) =>
        [.. Enumerable.Range(0, x.Length / 2).Select(i => x[i] * Oracle.Sigmoid(x[i + (x.Length / 2)]))];

    private static double[] GluGradient(double[] x, double[] gradient)
    {
        var result = new double[x.Length];
        for (int i = 0; i < gradient.Length; i++)
        {
            double sigmoid = Oracle.Sigmoid(x[i + gradient.Length]);
            result[i] = gradient[i] * sigmoid;
            result[i + gradient.Length] = gradient[i] * x[i] * sigmoid * (1 - sigmoid);
        }

        return result;
    }
}
