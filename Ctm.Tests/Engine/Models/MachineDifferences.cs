using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>
/// A whole training step against double precision: predictions, the loss, and gradients against central differences. The model answers
/// two questions of four classes.
/// </summary>
internal static class MachineDifferences
{
    private const int Questions = 2, Classes = 4;

    /// <summary>Checks one step.</summary>
    /// <param name="device">The device.</param>
    /// <param name="configuration">The model.</param>
    /// <param name="input">Values of the input, [batch, height, width, channels].</param>
    /// <param name="batch">Samples.</param>
    /// <param name="height">Places down.</param>
    /// <param name="width">Places across.</param>
    /// <param name="entries">Values of each parameter that are looked at.</param>
    /// <param name="tolerance">Of gradients, in units of the largest of a parameter.</param>
    /// <param name="checkpointTicks">Ticks between checkpoints.</param>
    public static void Verify(
        ComputeDevice device,
        TickModelConfiguration configuration,
        float[] input,
        int batch,
        int height,
        int width,
        int entries,
        double tolerance,
        int checkpointTicks = 0)
    {
        using TickModel machine = configuration.Create(device, 11);
        Scatter(machine.Parameters);
        var naive = NaiveLayers.Of(configuration, ModelState.Capture(machine.Parameters));
        using var buffers = new Buffers(device, 3);
        int[] targets = [.. Enumerable.Range(0, Questions * batch).Select(i => ((i * i) + i) % Classes)];
        using var tape = new Tape(device) { CheckpointTicks = checkpointTicks };
        using var loss = new TwoTickLoss(device, new LossShape(configuration.TickCount, batch, Questions, Classes));
        tape.Begin(recording: true);
        machine.Parameters.ClearGradients();
        Tensor values = tape.New(batch * height * width, input.Length / (batch * height * width));
        values.Data.CopyFrom(input);
        TickOutput output = machine.Forward(tape, new FeatureMap(values, batch, height, width));
        loss.Forward(tape, output.Predictions, buffers.Input(targets));
        tape.Backward();

        // Measured: predictions 2e-6.
        double[] wide = [.. input.Select(v => (double)v)];
        double[] expected = [.. naive.Forward(wide, batch, height, width).SelectMany(t => t).SelectMany(y => y)];
        Oracle.AreClose(output.Predictions.Data, expected, 2e-5, "predictions");
        int[] first = loss.LowestLossTicks.ToArray(), second = loss.MostCertainTicks.ToArray();
        double Loss() => Value(naive.Forward(wide, batch, height, width), targets, first, second);
        Assert.That(loss.Loss.ToArray()[0], Is.EqualTo(Loss()).Within(2e-5), "loss");
        Assert.Multiple(() =>
        {
            foreach (Parameter parameter in machine.Parameters.Parameters)
            {
                Compare(parameter.Gradient.ToArray(), naive[parameter.Name], Loss, entries, tolerance, parameter.Name);
            }

            if (values.HasGradient)
            {
                Compare(values.Gradient.ToArray(), wide, Loss, entries, tolerance, "input");
            }
        });
    }

    // Decays off their bound, and temperatures off 1, so that their gradients are seen.
    private static void Scatter(ParameterSet set)
    {
        var random = new Random(5);
        foreach (Parameter p in set.Parameters)
        {
            bool isScattered = p.Name.StartsWith("decay", StringComparison.Ordinal) || p.Name.EndsWith(".T", StringComparison.Ordinal);
            if (!isScattered)
            {
                continue;
            }

            p.Data.CopyFrom([.. Enumerable.Range(0, p.Length).Select(_ => 0.3f + random.NextSingle())]);
        }

        set.Touch();
    }

    private static void Compare(float[] gradient, double[] values, Func<double> loss, int entries, double tolerance, string name)
    {
        double scale = Math.Max(1e-3, gradient.Max(Math.Abs));
        for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / entries))
        {
            const double step = 1e-6;
            double at = values[i];
            values[i] = at + step;
            double above = loss();
            values[i] = at - step;
            double below = loss();
            values[i] = at;
            Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * step)).Within(tolerance * scale), $"{name}[{i}]");
        }
    }

    private static double Value(double[][][] predictions, int[] targets, int[] first, int[] second)
    {
        double sum = 0;
        for (int b = 0; b < first.Length; b++)
        {
            foreach (int t in new[] { first[b], second[b] })
            {
                for (int s = 0; s < Questions; s++)
                {
                    double[] y = predictions[t][b][(Classes * s)..((Classes * s) + Classes)];
                    sum += (Math.Log(y.Sum(Math.Exp)) - y[targets[(Questions * b) + s]]) / (2 * Questions * first.Length);
                }
            }
        }

        return sum;
    }
}
