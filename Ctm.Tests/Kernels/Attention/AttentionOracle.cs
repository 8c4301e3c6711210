using Ctm.Kernels.Attention;

namespace Ctm.Tests.Kernels.Attention;

/// <summary>
/// Attention in float64, written from its definition, with a mask that multiplies the weights before they are used. The loop over b
/// goes over the queries of all samples.
/// </summary>
internal static class AttentionOracle
{
    public static (double[] Weights, double[] Output) Forward(
        double[] query, double[] keysValues, AttentionShape shape, double[]? mask = null)
    {
        int n = shape.Tokens, e = shape.Width, d = shape.HeadWidth;
        var weights = new double[shape.WeightLength];
        var output = new double[shape.QueryLength];
        for (int b = 0; b < shape.Batch * shape.Queries; b++)
        {
            int first = b / shape.Queries * n;
            for (int h = 0; h < shape.Heads; h++)
            {
                var scores = new double[n];
                for (int j = 0; j < n; j++)
                {
                    for (int i = h * d; i < (h + 1) * d; i++)
                    {
                        scores[j] += query[(b * e) + i] * keysValues[((first + j) * 2 * e) + i] / Math.Sqrt(d);
                    }
                }

                double largest = scores.Max(), sum = scores.Sum(s => Math.Exp(s - largest));
                for (int j = 0; j < n; j++)
                {
                    double weight = Math.Exp(scores[j] - largest) / sum;
                    int place = (((b * shape.Heads) + h) * n) + j;
                    weights[place] = weight;
                    weight *= mask?[place] ?? 1;
                    for (int i = h * d; i < (h + 1) * d; i++)
                    {
                        output[(b * e) + i] += weight * keysValues[((first + j) * 2 * e) + e + i];
                    }
                }
            }
        }

        return (weights, output);
    }

    /// <summary>Gradients of the sum of outputGradient * output by scores (scale included), query, keys and values.</summary>
    public static (double[] Scores, double[] Query, double[] KeysValues) Backward(
        double[] outputGradient, double[] query, double[] keysValues, double[] weights, AttentionShape shape, double[]? mask = null)
    {
        int n = shape.Tokens, e = shape.Width, d = shape.HeadWidth;
        var scores = new double[weights.Length];
        var queryGradient = new double[query.Length];
        var keysValuesGradient = new double[keysValues.Length];
        for (int b = 0; b < shape.Batch * shape.Queries; b++)
        {
            int first = b / shape.Queries * n;
            for (int h = 0; h < shape.Heads; h++)
            {
                int row = ((b * shape.Heads) + h) * n;
                var weightGradient = new double[n];
                for (int j = 0; j < n; j++)
                {
                    int value = ((first + j) * 2 * e) + e;
                    double factor = mask?[row + j] ?? 1;
                    for (int i = h * d; i < (h + 1) * d; i++)
                    {
                        weightGradient[j] += factor * outputGradient[(b * e) + i] * keysValues[value + i];
                        keysValuesGradient[value + i] += factor * weights[row + j] * outputGradient[(b * e) + i];
                    }
                }

                for (int j = 0; j < n; j++)
                {
                    double gradient = 0;
                    for (int k = 0; k < n; k++)
                    {
                        gradient += weightGradient[k] * weights[row + k] * ((j == k ? 1 : 0) - weights[row + j]);
                    }

                    scores[row + j] = gradient / Math.Sqrt(d);
                    int key = (first + j) * 2 * e;
                    for (int i = h * d; i < (h + 1) * d; i++)
                    {
                        queryGradient[(b * e) + i] += scores[row + j] * keysValues[key + i];
                        keysValuesGradient[key + i] += scores[row + j] * query[(b * e) + i];
                    }
                }
            }
        }

        return (scores, queryGradient, keysValuesGradient);
    }
}
