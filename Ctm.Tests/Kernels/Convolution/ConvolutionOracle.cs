using Ctm.Kernels.Convolution;

namespace Ctm.Tests.Kernels.Convolution;

/// <summary>Convolution in float64, straight from the definition; images [batch, height, width, channels].</summary>
internal static class ConvolutionOracle
{
    public static double[] Forward(ConvolutionShape s, double[] x, double[] weight, double[]? bias)
    {
        var y = new double[s.OutputLength];
        if (bias is not null)
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = bias[i % s.OutChannels];
            }
        }

        Visit(s, (output, input, w) => y[output] += x[input] * weight[w]);
        return y;
    }

    public static (double[] Input, double[] Weight, double[] Bias) Backward(ConvolutionShape s, double[] x, double[] weight, double[] dy)
    {
        double[] dx = new double[s.InputLength], dw = new double[s.WeightLength], db = new double[s.OutChannels];
        Visit(s, (output, input, w) =>
        {
            dx[input] += weight[w] * dy[output];
            dw[w] += x[input] * dy[output];
        });
        for (int i = 0; i < dy.Length; i++)
        {
            db[i % s.OutChannels] += dy[i];
        }

        return (dx, dw, db);
    }

    /// <summary>Calls with the indices of output, input and weight of every product.</summary>
    private static void Visit(ConvolutionShape s, Action<int, int, int> product)
    {
        int groupIn = s.InChannels / s.Groups, groupOut = s.OutChannels / s.Groups;
        for (int output = 0; output < s.OutputLength; output++)
        {
            int o = output % s.OutChannels, outX = output / s.OutChannels % s.OutWidth;
            int outY = output / s.OutChannels / s.OutWidth % s.OutHeight, image = output / s.OutChannels / s.OutWidth / s.OutHeight;
            for (int c = 0; c < groupIn; c++)
            {
                for (int i = 0; i < s.KernelHeight; i++)
                {
                    for (int j = 0; j < s.KernelWidth; j++)
                    {
                        int y = (outY * s.Stride) - s.Padding + i, x = (outX * s.Stride) - s.Padding + j;
                        if (y >= 0 && y < s.Height && x >= 0 && x < s.Width)
                        {
                            int input = (((((image * s.Height) + y) * s.Width) + x) * s.InChannels) + (o / groupOut * groupIn) + c;
                            product(output, input, (((((o * groupIn) + c) * s.KernelHeight) + i) * s.KernelWidth) + j);
                        }
                    }
                }
            }
        }
    }
}
