using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeImageFolderTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("ctm-mazes-").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void Load_Exported_GivesTheSameBatchesAsTheGenerator([Values] MazeSplit split, [Values] bool augment)
    {
        MazeExport.Write(folder, 9, 3, 12, 5);
        var count = split == MazeSplit.Train ? 12 : 5;
        var options = new MazeBatchOptions { RouteLength = 14, Augment = augment, Seed = 2 };
        var read = MazeImageFolder.Load(folder, split);
        Assert.That((read.Size, read.Count), Is.EqualTo((9, (long)count)));
        var fromFolder = Fill(new MazeBatchSource(read, options), count);
        var generated = Fill(new MazeBatchSource(new GeneratedMazes(9, 3, split, count), options), count);
        Assert.That(fromFolder.Images, Is.EqualTo(generated.Images));
        Assert.That(fromFolder.Targets, Is.EqualTo(generated.Targets));
        Assert.That(Directory.GetFiles(folder, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void Load_SeveralClassesAndOtherFiles_ReadsPicturesInOrder()
    {
        WriteMaze("test", "b", "1.png", 0);
        WriteMaze("test", "a", "2.PNG", 1);
        WriteMaze("test", "a", "10.png", 2);
        File.WriteAllText(Path.Combine(folder, "test", "a", "notes.txt"), "not a maze");
        var source = MazeImageFolder.Load(folder, MazeSplit.Test);
        Assert.That(source.Count, Is.EqualTo(3));
        var maze = new Maze(11);
        foreach (var (index, drawn) in new[] { (0, 2UL), (1, 1UL), (2, 0UL) })
        {
            source.Read(index, maze);
            Assert.That(MazeSamples.Text(maze), Is.EqualTo(MazeSamples.Text(MazeSamples.Draw(11, 1, drawn))));
        }

        Assert.That(MazeImageFolder.Load(folder, MazeSplit.Test, 2).Count, Is.EqualTo(2));
    }

    [Test]
    public void Load_NothingThere_SaysWhatIsExpected()
    {
        var train = Path.Combine(folder, "train");
        Assert.That(
            () => MazeImageFolder.Load(folder, MazeSplit.Train),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.EqualTo(
                $"{train}: no such folder; mazes are expected as train/CLASS/*.png below {folder}"));
        Directory.CreateDirectory(Path.Combine(train, "0"));
        Assert.That(
            () => MazeImageFolder.Load(folder, MazeSplit.Train),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"{train}: holds no class folder with PNG pictures of mazes"));
    }

    [Test]
    public void Load_SeveralBrokenPictures_NamesTheFirst()
    {
        for (var i = 0; i < 20; i++)
        {
            WriteMaze("train", "0", $"{i:D2}.png", (ulong)i);
        }

        File.WriteAllText(Path.Combine(folder, "train", "0", "07.png"), "broken");
        File.WriteAllText(Path.Combine(folder, "train", "0", "15.png"), "broken");
        Assert.That(
            () => MazeImageFolder.Load(folder, MazeSplit.Train),
            Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("07.png: not a PNG picture"));
    }

    [Test]
    public void Load_TwoSizes_NamesTheStranger()
    {
        WriteMaze("train", "0", "1.png", 0);
        File.WriteAllBytes(
            Path.Combine(folder, "train", "0", "2.png"), MazePngTests.Draw("#####", "#Sbb#", "###b#", "#Gbb#", "#####"));
        Assert.That(
            () => MazeImageFolder.Load(folder, MazeSplit.Train),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("2.png: a maze of size 5 among mazes of size 11"));
    }

    [Test]
    public void Write_OverItself_IsRepeatableAndOverOthersRefused()
    {
        MazeExport.Write(folder, 7, 1, 4, 2);
        MazeExport.Write(folder, 7, 1, 4, 2);
        Assert.That(Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories), Has.Length.EqualTo(6));
        Assert.That(
            () => MazeExport.Write(folder, 7, 1, 3, 2),
            Throws.TypeOf<TaskSettingException>().With.Message.Contains("maze_0000000003.png"));
        WriteMaze("test", "other", "x.png", 0);
        Assert.That(() => MazeExport.Write(folder, 7, 1, 4, 2), Throws.TypeOf<TaskSettingException>().With.Message.Contains("x.png"));
    }

    [Test]
    public void Write_ProgressAndCancellation_StopsBetweenPictures()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Immediate(written =>
        {
            if (written == 3)
            {
                stop.Cancel();
            }
        });
        Assert.That(() => MazeExport.Write(folder, 7, 1, 9, 2, progress, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(MazeImageFolder.Load(folder, MazeSplit.Train).Count, Is.EqualTo(3));
    }

    [TestCase(8, 1, 1, "is even")]
    [TestCase(7, -1, 1, "-1 training")]
    [TestCase(7, 0, 0, "0 training")]
    public void Write_WrongSettings_Throws(int size, int train, int test, string message)
    {
        Assert.That(
            () => MazeExport.Write(folder, size, 1, train, test),
            Throws.TypeOf<TaskSettingException>().With.Message.Contains(message));
        Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
    }

    private void WriteMaze(string split, string className, string name, ulong index)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, split, className)).FullName;
        MazePng.Write(Path.Combine(target, name), MazeSamples.Draw(11, 1, index));
    }

    private static (float[] Images, int[] Targets) Fill(MazeBatchSource source, int batch)
    {
        var images = new float[batch * source.ImageLength];
        var targets = new int[batch * source.RouteLength];
        source.Fill(0, images, targets);
        return (images, targets);
    }

    private sealed class Immediate(Action<int> report) : IProgress<int>
    {
        public void Report(int value)
        {
            report(value);
        }
    }
}
