namespace Ctm.Tests.Engine.Models;

/// <content>Backbones and positional embeddings.</content>
internal abstract partial class NaiveLayers
{
    // Features [B, places, channels], and the places down and across.
    private (double[] Features, int Height, int Width) Features(double[] images, int batch, int height, int width)
    {
        switch (c.Backbone)
        {
            case "none":
                return (images, height, width);
            case "parity_backbone":
                double[] table = values["backbone.embedding.weight"];
                return ([.. images.SelectMany(x => x == 1 ? table[c.InputWidth..] : table[..c.InputWidth])], 1, width);
            case "compact":
                (double[] features, int side) = Compact(images, batch, width);
                return (features, side, side);
            default:
                throw new ArgumentException(c.Backbone);
        }
    }

    private double[] Position(string kind, int place, int height, int width, int channels)
    {
        const string prefix = "positional_embedding.";
        int row = place / width, column = place % width;
        switch (kind)
        {
            case "none":
                return new double[channels];
            case "learned":
                return values[prefix + "weight"][(place * channels)..((place + 1) * channels)];
            case "custom-rotational-1d":
                return Linear(Turned([0, 1], column, width), prefix + "projection");
            case "custom-rotational":
                double[] start = values[prefix + "start_vector"];
                return Linear([.. Turned(start, row, width), .. Turned(start, column, width)], prefix + "projection.0");
            case "learnable-fourier":
                return Fourier(row, column, height, width, prefix);
            case "multi-learnable-fourier":
                double[] logits = values[prefix + "combination"];
                double all = logits.Sum(Math.Exp);
                double[][] scales = [.. logits.Select((_, i) => Fourier(row, column, height, width, $"{prefix}embedders.{i}."))];
                return [.. Enumerable.Range(0, channels).Select(ch => scales.Zip(logits, (s, l) => Math.Exp(l) / all * s[ch]).Sum())];
            default:
                throw new ArgumentException(kind);
        }
    }

    private static double[] Turned(double[] v, int place, int places)
    {
        double angle = Math.PI * place / (places - 1), cosine = Math.Cos(angle), sine = Math.Sin(angle);
        return [(cosine * v[0]) - (sine * v[1]), (sine * v[0]) + (cosine * v[1])];
    }

    private double[] Fourier(int row, int column, int height, int width, string prefix)
    {
        double x = (double)column / (width - 1), y = (double)row / (height - 1);
        double[] w = values[prefix + "Wr.weight"];
        double[] angles = [.. Enumerable.Range(0, w.Length / 2).Select(i => (w[2 * i] * x) + (w[(2 * i) + 1] * y))];
        double scale = 1 / Math.Sqrt(w.Length);
        double[] features = [.. angles.Select(a => scale * Math.Cos(a)), .. angles.Select(a => scale * Math.Sin(a))];
        return LayerNorm(Linear(Glu(Linear(features, prefix + "mlp.0")), prefix + "mlp.2"), prefix + "mlp.3");
    }

    private (double[] Features, int Side) Compact(double[] images, int batch, int size)
    {
        double[] x = images;
        int channels = c.ImageChannels;
        for (int layer = 0; layer < c.BackboneLayers; layer++)
        {
            double[] input = x;
            (x, size) = Convolution(x, batch, size, channels, $"backbone.conv{layer + 1}.weight", layer == 1 ? c.BackboneStride : 1);
            channels = c.BackboneChannels;
            BatchNormRelu(x, layer > 1 ? input : new double[x.Length], channels, $"backbone.bn{layer + 1}");
        }

        return (x, size);
    }

    private (double[] Values, int Side) Convolution(double[] x, int batch, int size, int inputs, string name, int stride)
    {
        int outputs = c.BackboneChannels, padding = stride == 1 ? 1 : 0, side = stride == 1 ? size : ((size - 3) / stride) + 1;
        var y = new double[batch * side * side * outputs];
        for (int at = 0; at < y.Length; at++)
        {
            int o = at % outputs, column = at / outputs % side, row = at / (outputs * side) % side, b = at / (outputs * side * side);
            for (int tap = 0; tap < 9 * inputs; tap++)
            {
                int i = tap / 9, r = (row * stride) + (tap / 3 % 3) - padding, s = (column * stride) + (tap % 3) - padding;
                if (r >= 0 && r < size && s >= 0 && s < size)
                {
                    y[at] += x[(((((b * size) + r) * size) + s) * inputs) + i] * values[name][(o * 9 * inputs) + tap];
                }
            }
        }

        return (y, side);
    }

    private void BatchNormRelu(double[] x, double[] addend, int channels, string name)
    {
        for (int ch = 0; ch < channels; ch++)
        {
            double[] column = [.. x.Where((_, i) => i % channels == ch)];
            double mean = column.Average(), variance = column.Average(v => (v - mean) * (v - mean));
            for (int i = ch; i < x.Length; i += channels)
            {
                double normal = (x[i] - mean) / Math.Sqrt(variance + 1e-5);
                x[i] = Math.Max(0, (normal * values[name + ".weight"][ch]) + values[name + ".bias"][ch] + addend[i]);
            }
        }
    }
}
