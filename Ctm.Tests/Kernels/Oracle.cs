using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels;

/// <summary>Comparison with float64 results, and central differences.</summary>
internal static class Oracle
{
    /// <summary>The values as doubles.</summary>
    public static double[] Doubles(DeviceView<float> view) => [.. view.ToArray().Select(x => (double)x)];

    /// <summary>
    /// Fails where |actual - expected| exceeds tolerance * max(1, largest |expected|). NaN always fails.
    /// </summary>
    public static void AreClose(DeviceView<float> actual, double[] expected, double tolerance, string what) =>
        AreClose(actual.ToArray(), expected, tolerance, what);

    /// <inheritdoc cref="AreClose(DeviceView{float}, double[], double, string)"/>
    public static void AreClose(float[] actual, double[] expected, double tolerance, string what)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), what);
        double scale = expected.Length == 0 ? 1 : Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(actual[i] - expected[i]);
            if (!(error <= tolerance * scale))
            {
                Assert.Fail($"{what}[{i}] is {actual[i]:R}, expected {expected[i]:R}: error {error:E2}, allowed {tolerance * scale:E2}");
            }
        }
    }

    /// <summary>
    /// Checks analytic gradients in float64 against central differences of a scalar function of the inputs.
    /// </summary>
    /// <param name="function">The function; it reads <paramref name="input"/>, which is changed and restored.</param>
    /// <param name="input">The values to differentiate by.</param>
    /// <param name="gradient">The gradient to check, from a float64 oracle.</param>
    /// <param name="what">The name for messages.</param>
    public static void GradientHolds(Func<double> function, double[] input, double[] gradient, string what)
    {
        const double step = 1e-5;
        double scale = gradient.Length == 0 ? 1 : Math.Max(1, gradient.Max(Math.Abs));
        for (int i = 0; i < input.Length; i += Math.Max(1, input.Length / 50))
        {
            double at = input[i];
            input[i] = at + step;
            double above = function();
            input[i] = at - step;
            double below = function();
            input[i] = at;
            double expected = (above - below) / (2 * step);
            Assert.That(gradient[i], Is.EqualTo(expected).Within(1e-7 * scale), $"{what}[{i}] against central differences");
        }
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
