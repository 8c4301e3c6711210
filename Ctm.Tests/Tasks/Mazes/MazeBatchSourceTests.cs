using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeBatchSourceTests
{
    private static readonly MazeBatchOptions Augmented = new() { RouteLength = 12, Augment = true, Seed = 7 };

    [Test]
    public void Fill_Resumed_ContinuesExactly()
    {
        var (images, targets) = Fill(MazeBatchSource.Train(9, 3, Augmented), 0, 20);
        var (laterImages, laterTargets) = Fill(MazeBatchSource.Train(9, 3, Augmented), 13, 7);
        Assert.That(laterImages, Is.EqualTo(images[(13 * 243)..]));
        Assert.That(laterTargets, Is.EqualTo(targets[(13 * 12)..]));
    }

    [Test]
    public void Fill_AnyPosition_IsPictureAndTargetsOfRead([Values] bool augment)
    {
        var options = Augmented with { Augment = augment, Layout = MazeImageLayout.Nhwc, Range = MazePixelRange.Unit };
        var source = MazeBatchSource.Train(9, 3, options);
        var (images, targets) = Fill(source, 5, 4);
        var maze = new Maze(9);
        var image = new float[243];
        for (var i = 0; i < 4; i++)
        {
            source.Read(5 + i, maze);
            MazeImage.Write(maze, image, MazeImageLayout.Nhwc, MazePixelRange.Unit);
            Assert.That(images[(i * 243)..((i + 1) * 243)], Is.EqualTo(image));
            Assert.That(targets[(i * 12)..((i + 1) * 12)], Is.EqualTo(MazeSamples.Targets(maze, 12)));
        }
    }

    [Test]
    public void Test_SetOfSome_IsFixedAndEnds()
    {
        var source = MazeBatchSource.Test(9, 3, 10, Augmented);
        Assert.That(source.Count, Is.EqualTo(10));
        var maze = new Maze(9);
        source.Read(9, maze);
        Assert.That(MazeSamples.Text(maze), Is.EqualTo(MazeSamples.Text(MazeSamples.Draw(9, 3, 9, MazeSplit.Test))), "never augmented");
        Assert.That(() => source.Read(10, maze), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Read_Shuffled_DealsEveryMazeOncePerEpochInANewOrder()
    {
        var options = new MazeBatchOptions { RouteLength = 12, Shuffle = true, Seed = 4 };
        var mazes = new GeneratedMazes(11, 3, MazeSplit.Train, 20);
        var source = new MazeBatchSource(mazes, options);
        var first = Texts(source, 0, 20);
        var second = Texts(source, 20, 20);
        Assert.That(first, Is.Unique);
        Assert.That(second, Is.EquivalentTo(first));
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(Texts(new MazeBatchSource(mazes, options), 17, 10), Is.EqualTo(first[17..].Concat(second[..7])));
    }

    [Test]
    public void Fill_WarmedUp_AllocatesNothing()
    {
        var source = MazeBatchSource.Train(11, 1, Augmented);
        var images = new float[8 * source.ImageLength];
        var targets = new int[8 * 12];
        source.Fill(0, images, targets);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 20; i++)
        {
            source.Fill(i * 8, images, targets);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Constructor_WrongSettings_SayWhatWouldBeRight()
    {
        var endless = new GeneratedMazes(5, 1, MazeSplit.Train);
        Assert.That(
            () => new MazeBatchSource(endless, new MazeBatchOptions { RouteLength = 0 }),
            Throws.TypeOf<TaskSettingException>().With.Message.Contains("route length of 0"));
        Assert.That(
            () => new MazeBatchSource(endless, new MazeBatchOptions { RouteLength = 5, Shuffle = true }),
            Throws.TypeOf<TaskSettingException>().With.Message.Contains("endless"));
        Assert.That(
            () => MazeBatchSource.Test(5, 1, 0, Augmented), Throws.TypeOf<TaskSettingException>().With.Message.Contains("0 mazes"));
    }

    [Test]
    public void Fill_RaggedBuffers_Throws()
    {
        var source = MazeBatchSource.Train(5, 1, Augmented);
        Assert.That(() => source.Fill(0, new float[76], new int[12]), Throws.ArgumentException);
        Assert.That(() => source.Fill(0, new float[150], new int[12]), Throws.ArgumentException);
    }

    private static (float[] Images, int[] Targets) Fill(MazeBatchSource source, long position, int batch)
    {
        var images = new float[batch * source.ImageLength];
        var targets = new int[batch * source.RouteLength];
        source.Fill(position, images, targets);
        return (images, targets);
    }

    private static string[] Texts(MazeBatchSource source, long position, int count)
    {
        var maze = new Maze(source.Size);
        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            source.Read(position + i, maze);
            texts[i] = MazeSamples.Text(maze);
        }

        return texts;
    }
}
