using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Parity;
using Ctm.Tasks.Sorting;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

[TestFixture]
internal sealed class FewerTicksTests
{
    private const int Batch = 3;

    private static IEnumerable<TickModelConfiguration> Models =>
    [
        .. new ParityDefinition().Models.Select(kind => ParityRecipe.Preset("smoke", kind).Model),
        .. new SortDefinition().Models.Select(kind => SortRecipe.Preset("smoke", kind).Model),
    ];

    [TestCaseSource(nameof(Models))]
    public void Forward_FewerTicks_AreTheFirstOfAll(TickModelConfiguration configuration)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using TickModel model = configuration.Create(device, 5);
        int all = configuration.TickCount, few = Math.Max(1, all / 2), numbers = configuration is ISortConfiguration sort ? sort.Numbers : 6;
        float[] whole = Answers(all), part = Answers(few);
        int tick = Batch * configuration.OutputWidth;
        Assert.That(whole, Has.Length.EqualTo(all * tick));
        Assert.That(part, Is.EqualTo(whole[..(few * tick)]));

        float[] Answers(int ticks)
        {
            using var tape = new Tape(device);
            tape.Begin(recording: false);
            Tensor values = tape.New(Batch * numbers, 1, needsGradient: false);
            values.Data.CopyFrom([.. Enumerable.Range(0, Batch * numbers).Select(i => i * 7 % 5 < 2 ? -1f : 1f)]);
            TickOutput output = model.Forward(tape, new FeatureMap(values, Batch, 1, numbers), ticks);
            Assert.That(output.Ticks, Is.EqualTo(ticks));
            return output.Predictions.Data.ToArray();
        }
    }
}
