using Ctm.Engine.Files;
using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Tasks.Runs;

[TestFixture]
internal sealed class RunFolderTests
{
    private static RunConfiguration<MazeRecipe> Configuration =>
        new() { Task = "maze", Preset = "smoke", Device = "cpu", Recipe = MazeRecipe.Preset("smoke") };

    [Test]
    public void Open_CreatedFolder_ReadsTheSameSettings()
    {
        using var temporary = new TemporaryFolder();
        RunFolder.Create(temporary["a/b"], Configuration);

        RunFolder folder = RunFolder.Open(temporary["a/b"]);

        Assert.That(folder.ReadTask(), Is.EqualTo("maze"));
        Assert.That(JsonFiles.ToText(folder.ReadConfiguration<MazeRecipe>()), Is.EqualTo(JsonFiles.ToText(Configuration)));
        Assert.That(folder.HasCheckpoint, Is.False);
        Assert.That(folder.Metrics.Read(), Is.Empty);
    }

    [TestCase("config.json")]
    [TestCase("metrics.jsonl")]
    public void Create_FolderWithFilesOfARun_RefusesAndKeepsThem(string file)
    {
        using var temporary = new TemporaryFolder();
        File.WriteAllText(temporary[file], "old");

        Assert.Throws<TaskSettingException>(() => RunFolder.Create(temporary.Path, Configuration));

        Assert.That(File.ReadAllText(temporary[file]), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(temporary.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void Open_CheckpointFolder_IsNoRun()
    {
        using var temporary = new TemporaryFolder();
        JsonFiles.Write(temporary["config.json"], MazeRecipe.Preset("smoke").Model);

        Assert.That(RunFolder.IsRun(temporary.Path), Is.False);
        Assert.Throws<DirectoryNotFoundException>(() => RunFolder.Open(temporary.Path));
    }

    [Test]
    public void Rewind_LinesBeyondTheStep_AreDroppedAndTheOthersKeptAsTheyAre()
    {
        using var temporary = new TemporaryFolder();
        RunFolder folder = RunFolder.Create(temporary["run"], Configuration);
        foreach (long step in new[] { 5, 10, 15 })
        {
            folder.Metrics.Append(new MetricsLine { Step = step, Loss = 1.0 / step });
        }

        string[] before = File.ReadAllLines(folder.Metrics.Location);
        File.AppendAllText(folder.Metrics.Location, "{\"step\":20,\"lo");
        Assert.That(folder.Metrics.Read().Select(line => line.Step), Is.EqualTo(new long[] { 5, 10, 15 }));

        folder.Metrics.Rewind(10);

        Assert.That(File.ReadAllLines(folder.Metrics.Location), Is.EqualTo(before[..2]));
    }

    [Test]
    public void Read_LineThatIsNotOurs_NamesIt()
    {
        using var temporary = new TemporaryFolder();
        RunFolder folder = RunFolder.Create(temporary["run"], Configuration);
        File.WriteAllText(folder.Metrics.Location, "{\"step\":1}\n{\"stop\":2}\n");

        var error = Assert.Throws<JsonFileException>(() => folder.Metrics.Read())!;

        Assert.That(error.Message, Does.Contain("metrics.jsonl, object 2").And.Contain("did you mean 'step'?"));
    }
}
