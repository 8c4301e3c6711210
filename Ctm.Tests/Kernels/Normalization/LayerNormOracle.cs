namespace Ctm.Tests.Kernels.Normalization;

/// <summary>LayerNorm with addend and SiLU in float64, forward and backward, as the formulas stand.</summary>
internal sealed class LayerNormOracle(int rows, int width, bool silu)
{
    public double[] Statistics { get; } = new double[2 * rows];

    public double[] Forward(double[] input, double[]? addend, double[] weight, double[] bias)
    {
        var output = new double[rows * width];
        for (int r = 0; r < rows; r++)
        {
            double[] x = Row(input, addend, r);
            double mean = x.Average(), variance = x.Sum(v => (v - mean) * (v - mean)) / width;
            Statistics[2 * r] = mean;
            Statistics[(2 * r) + 1] = 1 / Math.Sqrt(variance + 1e-5);
            for (int i = 0; i < width; i++)
            {
                double y = ((x[i] - mean) * Statistics[(2 * r) + 1] * weight[i]) + bias[i];
                output[(r * width) + i] = silu ? y * Oracle.Sigmoid(y) : y;
            }
        }

        return output;
    }

    /// <summary>Gradients by input, weight and bias; after <see cref="Forward"/>.</summary>
    public (double[] Input, double[] Weight, double[] Bias) Backward(
        double[] input, double[]? addend, double[] weight, double[] bias, double[] outputGradient)
    {
        var inputGradient = new double[rows * width];
        double[] weightGradient = new double[width], biasGradient = new double[width];
        for (int r = 0; r < rows; r++)
        {
            double[] x = Row(input, addend, r), n = new double[width], h = new double[width];
            double scale = Statistics[(2 * r) + 1];
            for (int i = 0; i < width; i++)
            {
                n[i] = (x[i] - Statistics[2 * r]) * scale;
                double g = outputGradient[(r * width) + i];
                if (silu)
                {
                    double y = (n[i] * weight[i]) + bias[i], s = Oracle.Sigmoid(y);
                    g *= s * (1 + (y * (1 - s)));
                }

                h[i] = g * weight[i];
                weightGradient[i] += g * n[i];
                biasGradient[i] += g;
            }

            double mean = h.Sum() / width, product = h.Zip(n, (a, b) => a * b).Sum() / width;
            for (int i = 0; i < width; i++)
            {
                inputGradient[(r * width) + i] = scale * (h[i] - mean - (n[i] * product));
            }
        }

        return (inputGradient, weightGradient, biasGradient);
    }

    private double[] Row(double[] input, double[]? addend, int row) =>
        [.. Enumerable.Range(row * width, width).Select(i => input[i] + (addend?[i] ?? 0))];
}
