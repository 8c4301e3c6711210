using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;

namespace Ctm.Tests.Engine.Models;

internal sealed class ThoughtTests
{
    [Test]
    public void About_SavedAndOpenedMachine_AnswersTheSame()
    {
        string folder = Directory.CreateTempSubdirectory("ctm-thought-").FullName;
        try
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", 1);
            TickModelConfiguration configuration = MazeRecipe.Preset("smoke").Model;
            var random = new Random(1);
            float[] images = [.. Enumerable.Range(0, 2 * 7 * 7 * 3).Select(_ => random.NextSingle())];
            using TickModel machine = configuration.Create(device, 3);
            Thought before = Thought.About(machine, images, 7, 7);
            Checkpoint.Save(Path.Combine(folder, "checkpoint"), machine);
            using var opened = (TickModel)Checkpoint.Open(device, Path.Combine(folder, "checkpoint"));
            Thought after = Thought.About(opened, images, 7, 7);
            Assert.That(after.Predictions, Is.EqualTo(before.Predictions));
            Assert.That(after.Certainties, Is.EqualTo(before.Certainties));
            Assert.That(after.Answer(1).Length, Is.EqualTo(configuration.OutputWidth));
            int tick = after.MostCertainTick(1);
            Assert.That(Enumerable.Range(0, after.Ticks).Max(t => after.Certainties[(2 * t) + 1]), Is.EqualTo(after.Certainties[(2 * tick) + 1]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void About_PartOfAnImage_SaysSo()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using TickModel machine = MazeRecipe.Preset("smoke").Model.Create(device, 3);
        var e = Assert.Throws<ArgumentException>(() => Thought.About(machine, new float[100], 7, 7));
        Assert.That(e!.Message, Does.StartWith("100 values are no whole number of 7 x 7 images with 3 channels."));
    }
}
