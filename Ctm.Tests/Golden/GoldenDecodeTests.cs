using Ctm.Engine.Losses;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Reading lists off predictions, as the reference does.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class GoldenDecodeTests(string deviceName)
{
    private const int Filler = -1;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "sort_decode" })]
    public void Golden_CtcDecoder_EqualsReference(GoldenCase golden)
    {
        long[] shape = golden.Shape("in.predictions");
        int batch = (int)shape[0], classes = (int)shape[1], ticks = (int)shape[2], width = (int)golden.Shape("out.decoded")[1];
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> logits = buffers.Input(GoldenChecks.Swap(golden.Singles("in.predictions"), batch * classes, ticks));
        DeviceView<int> paths = buffers.IntOutput(ticks * batch);
        Device.Losses.ArgMax(logits, paths, new LossShape(ticks, batch, 1, classes));
        int[] best = paths.ToArray(), targets = GoldenChecks.Ints(golden.Integers("in.targets"));
        int count = targets.Length / batch;
        CtcReading[] readings = [.. Enumerable.Range(0, batch).Select(b => CtcDecoder.Decode(
            [.. Enumerable.Range(0, ticks).Select(t => best[(t * batch) + b])], golden.Int("blank_label"), CtcDecoding.Reference))];
        golden.Verify("out.decoded", Table(readings, width, r => r.Labels));
        golden.Verify("out.wait_times", Table(readings, width, r => r.WaitTimes));
        golden.Verify("out.lengths", [.. readings.Select(r => (long)r.Labels.Length)]);
        double accuracy = readings.Where((r, b) => r.Spells(targets.AsSpan(b * count, count))).Count() / (double)batch;
        golden.Verify("out.accuracy", new[] { accuracy });
    }

    private static long[] Table(CtcReading[] readings, int width, Func<CtcReading, int[]> of) =>
        [.. readings.SelectMany(r => of(r).Concat(Enumerable.Repeat(Filler, width - of(r).Length)).Select(v => (long)v))];
}
