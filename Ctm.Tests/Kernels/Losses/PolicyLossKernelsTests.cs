using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Tests.Kernels.Losses;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class PolicyLossKernelsTests(string deviceName)
{
    private const double Tolerance = 2e-6;
    private const float Clip = 0.1f;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Loss_AwkwardShapes_EqualsOracle(
        [Values(1, 2, 3, 15, 16, 17, 67, 131)] int count, [Values(1, 2, 3, 7)] int classes, [Values] bool clipValues)
    {
        using var buffers = new Buffers(Device, count + classes);
        (PpoBatch batch, PpoShape shape, PolicyLossOracle oracle) = Case(buffers, count, classes, clipValues);
        DeviceView<float> log = buffers.Output(count), ratios = buffers.Output(count), summary = buffers.Output(PolicyLossKernels.Figures);
        DeviceView<float> logitsGradient = buffers.Output(count * classes), valuesGradient = buffers.Output(count);
        Device.PolicyLosses.Loss(batch, log, ratios, buffers.Output(6 * count), summary, shape);
        Device.PolicyLosses.LossBackward(batch, ratios, logitsGradient, valuesGradient, shape);
        Oracle.AreClose(log, oracle.LogProbabilities, Tolerance, "log-probabilities");
        Oracle.AreClose(ratios, oracle.Ratios, Tolerance, "ratios");
        Oracle.AreClose(summary, oracle.Summary(), Tolerance, "summary");
        Oracle.AreClose(logitsGradient, oracle.LogitsGradient(), Tolerance, "logits' gradient");
        Oracle.AreClose(valuesGradient, oracle.ValuesGradient(), Tolerance, "values' gradient");
    }

    [Test]
    public void Loss_ManyTransitions_ClipBothWaysAndNot([Values] bool clipValues)
    {
        using var buffers = new Buffers(Device, 9);
        PolicyLossOracle oracle = Case(buffers, 67, 3, clipValues).Oracle;
        double[] logits = oracle.LogitsGradient(), values = oracle.ValuesGradient();
        Assert.That(oracle.Summary()[(int)PpoFigure.ClipFraction], Is.InRange(0.2, 0.9));
        Assert.That(values.Count(v => v == 0), clipValues ? Is.InRange(5, 50) : Is.Zero);
        Oracle.GradientHolds(() => oracle.Summary()[0], oracle.Logits, logits, "logits");
        Oracle.GradientHolds(() => oracle.Summary()[0], oracle.Values, values, "values");
    }

    [Test]
    public void Evaluate_Policies_EqualOracle([Values(0, 1, 5, 64, 65)] int count, [Values(1, 2, 7, 33)] int classes)
    {
        using var buffers = new Buffers(Device, count + classes);
        float[] logits = buffers.Values(count * classes, 6f);
        int[] actions = [.. Enumerable.Range(0, count).Select(n => n % classes)];
        DeviceView<float> log = buffers.Output(count), entropies = buffers.Output(count), all = buffers.Output(count * classes);
        DeviceView<float> onlyEntropies = buffers.Output(count), x = buffers.Input(logits);
        Device.PolicyLosses.Evaluate(x, buffers.Input(actions), log, entropies, all, count, classes);
        Device.PolicyLosses.Evaluate(x, default, default, onlyEntropies, default, count, classes);
        double[][] oracle = [.. Widen(logits).Chunk(classes).Select(row => PolicyLossOracle.LogSoftmax(row))];
        Oracle.AreClose(log, [.. oracle.Select((row, n) => row[actions[n]])], Tolerance, "log-probabilities");
        Oracle.AreClose(entropies, [.. oracle.Select(PolicyLossOracle.Entropy)], Tolerance, "entropies");
        Oracle.AreClose(all, [.. oracle.SelectMany(row => row.Select(Math.Exp))], Tolerance, "probabilities");
        Assert.That(onlyEntropies.ToArray(), Is.EqualTo(entropies.ToArray()));
    }

    [Test]
    public void Evaluate_ActionThatDoesNotExist_GivesNaN()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> log = buffers.Input([0f, 0f, 0f]);
        Device.PolicyLosses.Evaluate(buffers.Input(6), buffers.Input([-1, 2, 0]), log, default, default, 3, 2);
        Assert.That(log.ToArray().Select(float.IsNaN), Is.EqualTo(new[] { true, true, false }));
    }

    [Test]
    public void Advantages_AwkwardShapes_EqualOracle([Values(0, 1, 2, 13)] int steps, [Values(1, 3, 64, 65)] int environments)
    {
        const double discount = 0.99, decay = 0.95;
        using var buffers = new Buffers(Device, steps + environments);
        int length = steps * environments;
        float[] rewards = buffers.Values(length), values = buffers.Values(length), nextValues = buffers.Values(environments);
        float[] dones = [.. buffers.Values(length).Select(v => v > 0.5f ? 1f : 0f)];
        float[] nextDones = [.. buffers.Values(environments).Select(v => v > 0.5f ? 1f : 0f)];
        DeviceView<float> advantages = buffers.Output(length), returns = buffers.Output(length);
        Device.PolicyLosses.Advantages(
            buffers.Input(rewards),
            buffers.Input(values),
            buffers.Input(dones),
            buffers.Input(nextValues),
            buffers.Input(nextDones),
            advantages,
            returns,
            (float)discount,
            (float)decay,
            steps,
            environments);

        // By the definition: discounted deltas until the episode ends.
        double Value(int t, int e) => t == steps ? nextValues[e] : values[(t * environments) + e];
        bool Ended(int t, int e) => (t == steps ? nextDones[e] : dones[(t * environments) + e]) != 0;
        double Delta(int t, int e) => rewards[(t * environments) + e] + (Ended(t + 1, e) ? 0 : discount * Value(t + 1, e)) - Value(t, e);
        var expected = new double[length];
        for (int i = 0; i < length; i++)
        {
            double weight = 1;
            for (int t = i / environments; t < steps; t++)
            {
                expected[i] += weight * Delta(t, i % environments);
                weight = Ended(t + 1, i % environments) ? 0 : weight * discount * decay;
            }
        }

        Oracle.AreClose(advantages, expected, Tolerance, "advantages");
        Oracle.AreClose(returns, [.. expected.Select((a, i) => a + values[i])], Tolerance, "returns");
    }

    [Test]
    public void Normalize_Lengths_EqualOracle([Values(2, 3, 15, 16, 17, 64, 257)] int count)
    {
        using var buffers = new Buffers(Device, count);
        float[] values = [.. buffers.Values(count).Select(v => v + 3f)];
        DeviceView<float> output = buffers.Output(count), inPlace = buffers.Input(values);
        Device.PolicyLosses.Normalize(buffers.Input(values), output);
        Device.PolicyLosses.Normalize(inPlace, inPlace);
        double mean = values.Average(v => (double)v), deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (count - 1));
        Oracle.AreClose(output, [.. values.Select(v => (v - mean) / (deviation + 1e-8))], 5e-6, "normalised");
        Assert.That(inPlace.ToArray(), Is.EqualTo(output.ToArray()));
    }

    [Test]
    public void Normalize_OneValue_IsAClearError()
    {
        using var buffers = new Buffers(Device, 1);
        Assert.That(
            () => Device.PolicyLosses.Normalize(buffers.Input(1), buffers.Output(1)),
            Throws.ArgumentException.With.Message.Contains("give two or more, not 1"));
    }

    [Test]
    public void Loss_ShortView_IsAClearError()
    {
        using var buffers = new Buffers(Device, 1);
        (PpoBatch batch, PpoShape shape, _) = Case(buffers, 5, 3, false);
        Assert.That(
            () => Device.PolicyLosses.Loss(
                batch with { Returns = buffers.Input(4) }, buffers.Output(5), buffers.Output(5), buffers.Output(30), buffers.Output(7), shape),
            Throws.ArgumentException.With.Message.Contains("Returns holds 4 elements, the shape asks for 5"));
        Assert.That(
            () => Device.PolicyLosses.Loss(
                batch, buffers.Output(5), buffers.Output(5), buffers.Output(30), buffers.Output(7), shape with { ClipRange = float.NaN }),
            Throws.ArgumentException.With.Message.Contains("clip range"));
    }

    private static double[] Widen(float[] values) => [.. values.Select(v => (double)v)];

    private static (PpoBatch Batch, PpoShape Shape, PolicyLossOracle Oracle) Case(Buffers buffers, int count, int classes, bool clipValues)
    {
        float[] logits = buffers.Values(count * classes, 2f), values = buffers.Values(count), noise = buffers.Values(count, 0.4f);
        float[] move = buffers.Values(count, 0.25f), advantages = buffers.Values(count, 2f), returns = buffers.Values(count, 2f);
        int[] actions = [.. Enumerable.Range(0, count).Select(n => (n * 5) % classes)];
        double[][] log = [.. Widen(logits).Chunk(classes).Select(row => PolicyLossOracle.LogSoftmax(row))];
        float[] oldLog = [.. noise.Select((e, n) => (float)log[n][actions[n]] + e)], oldValues = [.. values.Select((v, n) => v + move[n])];
        var batch = new PpoBatch(
            buffers.Input(logits),
            buffers.Input(values),
            buffers.Input(actions),
            buffers.Input(oldLog),
            buffers.Input(oldValues),
            buffers.Input(advantages),
            buffers.Input(returns));
        var oracle = new PolicyLossOracle
        {
            Logits = Widen(logits),
            Values = Widen(values),
            Actions = actions,
            OldLogProbabilities = Widen(oldLog),
            OldValues = Widen(oldValues),
            Advantages = Widen(advantages),
            Returns = Widen(returns),
            Clip = Clip,
            EntropyWeight = 0.1f,
            ValueWeight = 0.25f,
            ClipValues = clipValues,
        };
        return (batch, new PpoShape(count, classes, Clip, 0.1f, 0.25f, clipValues), oracle);
    }
}
