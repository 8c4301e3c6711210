using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Elementwise;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class ElementwiseKernelsTests(string deviceName)
{
    // One rounding of a product and one of a sum.
    private const double Tolerance = 2.4e-7;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void FlatOperations_AwkwardLengths_EqualOracle(
        [Values(0, 1, 3, 4, 15, 16, 17, 255, 256, 257)] int length, [Values(0, 1)] int offset)
    {
        using var buffers = new Buffers(Device, length);
        DeviceView<float> left = buffers.Input(length + offset).Slice(offset, length), right = buffers.Input(length);
        DeviceView<float> fill = buffers.Output(length), copy = buffers.Output(length), sum = buffers.Output(length);
        DeviceView<float> product = buffers.Output(length), target = buffers.Input(length), scaled = buffers.Input(length);
        double[] a = Oracle.Doubles(left), b = Oracle.Doubles(right), t = Oracle.Doubles(target), s = Oracle.Doubles(scaled);
        Device.Elementwise.Fill(fill, 1.5f);
        Device.Elementwise.Copy(left, copy);
        Device.Elementwise.Add(left, right, sum);
        Device.Elementwise.Multiply(left, right, product);
        Device.Elementwise.Accumulate(left, 0.7f, target);
        Device.Elementwise.Scale(scaled, -3f);
        Oracle.AreClose(fill, [.. a.Select(_ => 1.5)], 0, "fill");
        Oracle.AreClose(copy, a, 0, "copy");
        Oracle.AreClose(sum, [.. a.Zip(b, (p, q) => p + q)], Tolerance, "sum");
        Oracle.AreClose(product, [.. a.Zip(b, (p, q) => p * q)], Tolerance, "product");
        Oracle.AreClose(target, [.. a.Zip(t, (p, q) => (0.7 * p) + q)], Tolerance, "accumulated");
        Oracle.AreClose(scaled, [.. s.Select(p => -3 * p)], Tolerance, "scaled");
    }

    [Test]
    public void RoundToHalf_AllHalvesAndWhatLiesBetween_RoundsAsTheStandardSays()
    {
        // Every half, the floats in the middle of two halves, those next to the middle, and any float.
        var random = new Random(1);
        float[] halves = [.. Enumerable.Range(0, 1 << 16).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))];
        float[] values =
        [
            .. halves,
            .. halves.Where(float.IsFinite).Select(x => (x + (float)BitConverter.UInt16BitsToHalf((ushort)(BitConverter.HalfToUInt16Bits((Half)x) + 1))) / 2)
                .SelectMany(x => new[] { x, MathF.BitIncrement(x), MathF.BitDecrement(x) }),
            .. Enumerable.Range(0, 50000).Select(_ => BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next(2) << 31))),
        ];
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> rounded = buffers.Output(values.Length);
        Device.Elementwise.RoundToHalf(buffers.Input(values), rounded);
        float[] actual = rounded.ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            float expected = (float)(Half)values[i];
            Assert.That(float.IsNaN(expected) ? float.IsNaN(actual[i]) : actual[i].Equals(expected), $"{values[i]:R} became {actual[i]:R}");
        }
    }

    [Test]
    public void Fill_Slice_LeavesTheRest()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> view = buffers.Input(new float[40]);
        Device.Elementwise.Fill(view.Slice(3, 30), 1f);
        Assert.That(view.ToArray(), Is.EqualTo(Enumerable.Range(0, 40).Select(i => i is >= 3 and < 33 ? 1f : 0f)));
    }

    [TestCase(0, 3, 0, 3, 0, 3)]
    [TestCase(1, 1, 0, 1, 0, 1)]
    [TestCase(5, 8, 4, 12, 8, 4)]
    [TestCase(3, 17, 1, 20, 2, 16)]
    [TestCase(4, 67, 0, 131, 64, 67)]
    [TestCase(2, 9, 9, 9, 0, 0)]
    public void CopyColumns_AwkwardShapes_EqualsOracle(int rows, int sourceWidth, int from, int targetWidth, int to, int columns)
    {
        foreach (bool accumulate in new[] { false, true })
        {
            using var buffers = new Buffers(Device, rows + columns);
            DeviceView<float> source = buffers.Input(rows * sourceWidth), target = buffers.Input(rows * targetWidth);
            float[] x = source.ToArray(), expected = target.ToArray();
            for (int r = 0; r < rows; r++)
            {
                for (int i = 0; i < columns; i++)
                {
                    int place = (r * targetWidth) + to + i;
                    expected[place] = x[(r * sourceWidth) + from + i] + (accumulate ? expected[place] : 0f);
                }
            }

            Device.Elementwise.CopyColumns(source, sourceWidth, from, target, targetWidth, to, rows, columns, accumulate);
            Assert.That(target.ToArray(), Is.EqualTo(expected), $"accumulate {accumulate}");
        }
    }

    [Test]
    public void BroadcastRows_AwkwardShapes_RepeatsTheRow([Values(0, 1, 5)] int rows, [Values(1, 4, 17, 131)] int width)
    {
        using var buffers = new Buffers(Device, width);
        DeviceView<float> source = buffers.Input(width), target = buffers.Output(rows * width);
        Device.Elementwise.BroadcastRows(source, target, rows, width);
        Assert.That(target.ToArray(), Is.EqualTo(Enumerable.Repeat(source.ToArray(), rows).SelectMany(row => row)));
    }

    [Test]
    public void Transpositions_AwkwardShapes_EqualOracle(
        [Values(1, 3)] int batch, [Values(0, 1, 3, 16, 17, 48)] int channels, [Values(1, 9, 64, 65, 121)] int pixels)
    {
        using var buffers = new Buffers(Device, pixels);
        int length = batch * channels * pixels;
        DeviceView<float> source = buffers.Input(length), target = buffers.Output(length), back = buffers.Output(length);
        Device.Elementwise.NchwToNhwc(source, target, batch, channels, pixels);
        Device.Elementwise.NhwcToNchw(target, back, batch, channels, pixels);
        float[] x = source.ToArray(), expected = new float[length];
        for (int i = 0; i < length; i++)
        {
            int image = i / (channels * pixels), channel = i / pixels % channels, pixel = i % pixels;
            expected[(((image * pixels) + pixel) * channels) + channel] = x[i];
        }

        Assert.That(target.ToArray(), Is.EqualTo(expected));
        Assert.That(back.ToArray(), Is.EqualTo(x));
        if (batch == 1)
        {
            DeviceView<float> transposed = buffers.Output(length);
            Device.Elementwise.Transpose2D(source, transposed, channels, pixels);
            Assert.That(transposed.ToArray(), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Operations_ImpossibleShapes_SayWhatIsWrong()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> three = buffers.Input(3), four = buffers.Input(4);
        Assert.That(
            () => Device.Elementwise.Copy(three, four),
            Throws.ArgumentException.With.Message.StartsWith("source holds 3 elements"));
        Assert.That(
            () => Device.Elementwise.CopyColumns(four, 2, 1, four, 2, 0, 2, 2, false),
            Throws.ArgumentException.With.Message.StartsWith("Columns 1 to 3 are not within a matrix of 2 columns"));
        Assert.That(
            () => Device.Elementwise.Transpose2D(four, four, -1, 4),
            Throws.ArgumentException.With.Message.StartsWith("A shape of -1 x 4 is not between 0 and"));
    }
}
