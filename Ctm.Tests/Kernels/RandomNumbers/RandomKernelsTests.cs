using Ctm.Kernels.Devices;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tests.Kernels.RandomNumbers;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class RandomKernelsTests(string deviceName)
{
    private const ulong Seed = 0xFEDCBA98_76543210, Stream = 0x11112222_33334444;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Uniform_UnitInterval_HasExactlyTheBitsOfPhilox([Values(0, 1, 2, 3, 4, 5, 63, 257, 1001)] int length)
    {
        using var buffers = new Buffers(Device, length);
        DeviceView<float> output = buffers.Output(length);
        Device.Random.Uniform(output, 0f, 1f, Seed, Stream);
        float[] expected = [.. Enumerable.Range(0, length).Select(k => (Word(k) >> 8) * (1f / 16777216f))];
        Assert.That(output.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Uniform_OtherEnds_IsScaled()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> output = buffers.Output(999);
        Device.Random.Uniform(output, -3f, -1f, Seed, Stream);
        double[] expected = [.. Enumerable.Range(0, 999).Select(k => -3 + (2 * ((Word(k) >> 8) / 16777216.0)))];
        Oracle.AreClose(output, expected, 3e-7, "uniform");
        Assert.That(output.ToArray(), Is.All.InRange(-3f, -1f));
    }

    [Test]
    public void Uniform_PartOfABuffer_LeavesTheRestAlone()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> whole = buffers.Input([9f, 9f, 9f, 9f, 9f, 9f, 9f, 9f, 9f, 9f, 9f, 9f]);
        Device.Random.Uniform(whole.Slice(3, 5), 0f, 1f, Seed, Stream);
        float[] values = whole.ToArray();
        Assert.That(values[..3].Concat(values[8..]), Is.All.EqualTo(9f));
        Assert.That(values[3..8], Is.All.LessThan(1f));
    }

    [Test]
    public void Normal_ManyElements_EqualsBoxMullerInDoubles()
    {
        // Measured float32 against float64, relative to the largest number: 8e-8 on the host and the simulator.
        const int length = 8191;
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> output = buffers.Output(length);
        Device.Random.Normal(output, 0f, 1f, Seed, Stream);
        double[] expected = [.. Enumerable.Range(0, length).Select(k =>
        {
            double radius = Math.Sqrt(-2 * Math.Log(((Word(k & ~1) >> 8) + 1) / 16777216.0)), turn = Word(k | 1) / 4294967296.0;
            return radius * (k % 2 == 0 ? Math.Cos(2 * Math.PI * turn) : Math.Sin(2 * Math.PI * turn));
        })];
        Oracle.AreClose(output, expected, 1e-6, "normal");
    }

    [Test]
    public void Normal_MeanAndDeviation_HaveTheMomentsOfTheDistribution()
    {
        const int length = 40000;
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> output = buffers.Output(length);
        Device.Random.Normal(output, 5f, 2f, 1, 2);
        double[] z = [.. output.ToArray().Select(x => (x - 5.0) / 2)];
        double Moment(int power) => z.Average(x => Math.Pow(x, power));

        // Five standard errors of each moment: the variances of z, z^2, z^3, z^4 are 1, 2, 15, 96.
        Assert.That(Moment(1), Is.EqualTo(0).Within(5 * Math.Sqrt(1.0 / length)));
        Assert.That(Moment(2), Is.EqualTo(1).Within(5 * Math.Sqrt(2.0 / length)));
        Assert.That(Moment(3), Is.EqualTo(0).Within(5 * Math.Sqrt(15.0 / length)));
        Assert.That(Moment(4), Is.EqualTo(3).Within(5 * Math.Sqrt(96.0 / length)));
    }

    [Test]
    public void Dropout_ForwardAndBackward_UseTheSameMask(
        [Values(1, 2, 3, 5, 64, 1027)] int length, [Values(0.1f, 0.5f, 0.9f)] float probability)
    {
        using var buffers = new Buffers(Device, length);
        DeviceView<float> input = buffers.Input(length), output = buffers.Output(length);
        DeviceView<float> outputGradient = buffers.Input(length), inputGradient = buffers.Output(length);
        Device.Random.DropoutForward(input, output, probability, Seed, Stream);
        Device.Random.DropoutBackward(outputGradient, inputGradient, probability, Seed, Stream);
        double[] Masked(DeviceView<float> view) =>
            [.. Oracle.Doubles(view).Select((x, k) => Word(k) / 4294967296.0 >= probability ? x / (1 - (double)probability) : 0)];
        Oracle.AreClose(output, Masked(input), 2e-7, "output");
        Oracle.AreClose(inputGradient, Masked(outputGradient), 2e-7, "input gradient");
    }

    [TestCase(0.2f)]
    [TestCase(0.999f)]
    public void Dropout_ManyElements_DropsTheGivenShare(float probability)
    {
        const int length = 100000;
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> ones = buffers.Input(Enumerable.Repeat(1f, length).ToArray());
        Device.Random.DropoutForward(ones, ones, probability, 3, 4);
        float[] values = ones.ToArray();
        double error = Math.Sqrt(probability * (1 - probability) / length);
        Assert.That(values.Count(x => x == 0) / (double)length, Is.EqualTo(probability).Within(5 * error));
        Assert.That(values.Where(x => x != 0), Is.All.EqualTo((float)(1 / (1 - (double)probability))));
    }

    [Test]
    public void Dropout_Probability0_Copies()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> input = buffers.Input(1000), output = buffers.Output(1000);
        Device.Random.DropoutForward(input, output, 0f, Seed, Stream);
        Assert.That(output.ToArray(), Is.EqualTo(input.ToArray()));
    }

    [Test]
    public void Dropout_Probability1_GivesZeroEvenOfInfinity()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> input = buffers.Input([1f, float.PositiveInfinity, float.NaN, -1f, 2f]), output = buffers.Output(5);
        Device.Random.DropoutForward(input, output, 1f, Seed, Stream);
        Assert.That(output.ToArray(), Is.All.EqualTo(0f));
    }

    [Test]
    public void Uniform_OtherSeedOrStream_GivesOtherNumbers()
    {
        using var buffers = new Buffers(Device, 1);
        var seen = new HashSet<string>();
        (ulong, ulong)[] numbers = [(0, 0), (1, 0), (1UL << 32, 0), (0, 1), (0, 1UL << 32), (0, ulong.MaxValue)];
        foreach ((ulong seed, ulong stream) in numbers)
        {
            DeviceView<float> output = buffers.Output(8);
            Device.Random.Uniform(output, 0f, 1f, seed, stream);
            Assert.That(seen.Add(string.Join(' ', output.ToArray())), $"seed {seed}, stream {stream}");
        }
    }

    [Test]
    public void Kernels_BadArguments_ThrowOneClearLine()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> four = buffers.Input(4), five = buffers.Input(5);
        RandomKernels random = Device.Random;
        Assert.That(() => random.Uniform(four, 1f, 0f, 1, 1), Throws.ArgumentException.With.Message.Contains("not 1 and 0"));
        Assert.That(() => random.Uniform(four, float.NaN, 0f, 1, 1), Throws.ArgumentException);
        Assert.That(() => random.Normal(four, 0f, -1f, 1, 1), Throws.ArgumentException.With.Message.Contains("not 0 and -1"));
        Assert.That(() => random.DropoutForward(four, four, 1.5f, 1, 1), Throws.ArgumentException.With.Message.Contains("not 1.5"));
        Assert.That(() => random.DropoutForward(four, four, float.NaN, 1, 1), Throws.ArgumentException);
        Assert.That(() => random.DropoutBackward(four, five, 0.5f, 1, 1), Throws.ArgumentException.With.Message.Contains("not 5 for 4"));
    }

    private static uint Word(int k)
    {
        Philox draw = Philox.Draw(Seed, Stream, (uint)k / 4);
        return (k % 4) switch
        {
            0 => draw.X,
            1 => draw.Y,
            2 => draw.Z,
            _ => draw.W,
        };
    }
}
