namespace Ctm.Tests.Kernels.Normalization;

/// <summary>relu(bn(x) + addend) in float64, forward and backward; statistics of the batch unless given.</summary>
internal sealed class BatchNormOracle(int rows, int channels, bool relu)
{
    public double[] Mean { get; } = new double[channels];

    public double[] Deviation { get; } = new double[channels];

    /// <summary>The sum of squares around the mean over rows - 1.</summary>
    public double[] UnbiasedVariance { get; } = new double[channels];

    public double[] Forward(double[] x, double[]? addend, double[] weight, double[] bias, double[]? mean = null, double[]? variance = null)
    {
        var output = new double[rows * channels];
        for (int c = 0; c < channels; c++)
        {
            double[] column = [.. Enumerable.Range(0, rows).Select(r => x[(r * channels) + c])];
            Mean[c] = mean?[c] ?? column.Average();
            double squares = column.Sum(v => (v - Mean[c]) * (v - Mean[c]));
            UnbiasedVariance[c] = squares / (rows - 1);
            Deviation[c] = 1 / Math.Sqrt((variance?[c] ?? (squares / rows)) + 1e-5);
            for (int r = 0; r < rows; r++)
            {
                int i = (r * channels) + c;
                double y = ((x[i] - Mean[c]) * Deviation[c] * weight[c]) + bias[c] + (addend?[i] ?? 0);
                output[i] = relu ? Math.Max(y, 0) : y;
            }
        }

        return output;
    }

    /// <summary>Gradients after <see cref="Forward"/>; with constant statistics, nothing flows through them.</summary>
    public (double[] Input, double[] Addend, double[] Weight, double[] Bias) Backward(
        double[] x, double[] output, double[] weight, double[] outputGradient, bool constant)
    {
        double[] input = new double[rows * channels], addend = new double[rows * channels];
        double[] weightGradient = new double[channels], biasGradient = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            for (int r = 0; r < rows; r++)
            {
                int i = (r * channels) + c;
                addend[i] = relu && output[i] <= 0 ? 0 : outputGradient[i];
                weightGradient[c] += addend[i] * (x[i] - Mean[c]) * Deviation[c];
                biasGradient[c] += addend[i];
            }

            for (int r = 0; r < rows; r++)
            {
                int i = (r * channels) + c;
                double n = (x[i] - Mean[c]) * Deviation[c];
                double through = constant ? 0 : (biasGradient[c] + (n * weightGradient[c])) / rows;
                input[i] = weight[c] * Deviation[c] * (addend[i] - through);
            }
        }

        return (input, addend, weightGradient, biasGradient);
    }
}
