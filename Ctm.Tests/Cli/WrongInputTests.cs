using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Cli;

[TestFixture]
internal sealed class WrongInputTests
{
    private TemporaryFolder folder = null!;

    private string Run => folder["run"];

    private string Model => Path.Combine(Run, "checkpoint", "model.safetensors");

    [OneTimeSetUp]
    public void TrainOnce()
    {
        folder = new TemporaryFolder();
        CliRun train = CliRun.Train(Run);
        Assert.That(train.Code, Is.Zero, train.Error);
    }

    [OneTimeTearDown]
    public void Delete() => folder.Dispose();

    [TestCase("train go", "no task 'go': the tasks are maze, parity, sort, qamnist, mnist, cifar10, images, cartpole, acrobot, fourrooms")]
    [TestCase("train maze --preset huge", "no preset 'huge': there are quick, smoke, long, small, medium, paper, ablation")]
    [TestCase("train maze --model rnn", "no model 'rnn': there are ctm, lstm, ff, transformer")]
    [TestCase("train maze --model ff --set d_input=3", "no setting 'd_input'")]
    [TestCase("train maze --model transformer --set heads=7", "no multiple of 7 heads")]
    [TestCase("train maze --set model=lstm", "model=lstm")]
    [TestCase("train maze --device cuda:99", "no device 'cuda:99': this machine has ")]
    [TestCase("train maze --set learning_rat=1", "no setting 'learning_rat': did you mean learning_rate?")]
    [TestCase("train maze --set steps=many", "'steps' is the text 'many'; it must be ")]
    [TestCase("train maze --set steps", "'steps' is no setting: it must be key=value")]
    [TestCase("train maze --set maze_size=10", "maze size 10 is even: sizes are odd, 5 or more (try 11)")]
    [TestCase("train maze --set maze_size=3", "maze size 3 is too small: sizes are odd, 5 or more (try 5)")]
    [TestCase("train maze --set heads=5", "no multiple of 5 heads")]
    [TestCase("train maze --set batch=0", "batch is 0, it must be 1 or more")]
    [TestCase("train maze --set out_dims=7", "out_dims 7")]
    [TestCase("train maze --set backbone_type=vgg", "vgg")]
    [TestCase("train maze --steps 0", "--steps is '0': it must be a whole number")]
    [TestCase("train maze --steps ten", "--steps is 'ten': it must be a whole number")]
    [TestCase("train maze --resume", "--resume needs --out")]
    [TestCase("train maze --colour", "does not take '--colour'")]
    [TestCase("train", "")]
    [TestCase("eval", "")]
    [TestCase("", "needs a command: there are devices, check, train, eval, import, export, data, ptx")]
    [TestCase("fly", "no command 'fly': there are devices, check, train, eval, import, export, data, ptx")]
    [TestCase("data", "needs a command: there are maze")]
    public void Command_WrongUsage_IsOneClearLineAndLeavesNothing(string line, string message)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string target = folder["never"];
        string[] out_ = words is ["train", _, ..] && !words.Contains("--resume") ? ["--out", target] : [];

        CliRun run = CliRun.Of([.. words, .. out_]);

        AssertOneLine(run, 2, message);
        Assert.That(Directory.Exists(target), Is.False);
    }

    [TestCase(10, "maze size 10 is even")]
    [TestCase(3, "maze size 3 is too small")]
    public void Data_SizeOfNoMaze_IsOneClearLineAndLeavesNothing(int size, string message)
    {
        CliRun run = CliRun.Of("data", "maze", "--out", folder["pictures"], "--size", $"{size}");

        AssertOneLine(run, 2, message);
        Assert.That(Directory.Exists(folder["pictures"]), Is.False);
    }

    [Test]
    public void Train_IntoAFolderWithARun_RefusesAndTouchesNothing()
    {
        string[] before = CliRun.Snapshot(Run);

        AssertOneLine(CliRun.Train(Run), 2, "already holds a run: go on with it by --resume, or choose another --out");

        Assert.That(CliRun.Snapshot(Run), Is.EqualTo(before));
    }

    [Test]
    public void Train_BelowARegularFile_RefusesAndTouchesNothing()
    {
        string file = folder["file.txt"];
        File.WriteAllText(file, "mine");

        AssertOneLine(CliRun.Train(Path.Combine(file, "run")), 1, "cannot be written, since '" + file + "' is a file");

        Assert.That(File.ReadAllText(file), Is.EqualTo("mine"));
    }

    [TestCase("--steps", "30")]
    [TestCase("--set", "batch=3")]
    public void Resume_WithOtherSettings_Refuses(string option, string value)
    {
        AssertOneLine(CliRun.Of("train", "maze", "--resume", "--out", Run, option, value), 2, $"leave out {option}");
    }

    [Test]
    public void Command_FolderThatIsNotThere_Fails()
    {
        AssertOneLine(CliRun.Of("eval", folder["nowhere"]), 1, "There is no run or checkpoint in ");
        AssertOneLine(CliRun.Of("eval", Model), 1, "it is a file: give the folder");
        AssertOneLine(CliRun.Of("train", "maze", "--resume", "--out", folder["nowhere"]), 1, "There is no run in ");
    }

    [Test]
    public void Checkpoint_OfAnotherShape_FailsAndTouchesNothing()
    {
        using var other = new TemporaryFolder();
        Assert.That(CliRun.Train(other["run"], "--set", "d_model=48", "n_synch_out=32").Code, Is.Zero);

        Broken("model.safetensors", _ => File.ReadAllBytes(Path.Combine(other["run"], "checkpoint", "model.safetensors")),
            "the checkpoint does not fit the model");
    }

    [Test]
    public void Checkpoint_Truncated_FailsAndTouchesNothing() =>
        Broken("model.safetensors", bytes => bytes[..(bytes.Length / 2)], "model.safetensors: ");

    [Test]
    public void Checkpoint_NoSafetensorsFile_FailsAndTouchesNothing() =>
        Broken("model.safetensors", _ => "PK\u0003\u0004 something else altogether"u8.ToArray(), "model.safetensors: ");

    [Test]
    public void Configuration_Damaged_FailsAndTouchesNothing()
    {
        using var copy = new TemporaryFolder();
        TemporaryFolder.Copy(Run, copy["run"]);
        string file = Path.Combine(copy["run"], "config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"batch\"", "\"bach\"", StringComparison.Ordinal));
        string[] before = CliRun.Snapshot(copy.Path);

        AssertOneLine(CliRun.Of("eval", copy["run"]), 1, "unknown key 'bach'; did you mean 'batch'?");
        AssertOneLine(CliRun.Of("train", "maze", "--resume", "--out", copy["run"]), 1, "unknown key 'bach'");
        Assert.That(CliRun.Snapshot(copy.Path), Is.EqualTo(before));
    }

    [Test]
    public void Error_Verbose_ShowsWhereItHappened()
    {
        CliRun run = CliRun.Of("eval", folder["nowhere"], "--verbose");

        Assert.That(run.Code, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("   at Ctm.Cli."));
    }

    private void Broken(string name, Func<byte[], byte[]> change, string message)
    {
        using var copy = new TemporaryFolder();
        TemporaryFolder.Copy(Run, copy["run"]);
        string file = Path.Combine(copy["run"], "checkpoint", name);
        File.WriteAllBytes(file, change(File.ReadAllBytes(file)));
        string[] before = CliRun.Snapshot(copy.Path);

        AssertOneLine(CliRun.Of("eval", copy["run"], "--json"), 1, message);
        AssertOneLine(CliRun.Of("train", "maze", "--resume", "--out", copy["run"]), 1, message);
        Assert.That(CliRun.Snapshot(copy.Path), Is.EqualTo(before));
    }

    private static void AssertOneLine(CliRun run, int code, string message)
    {
        Assert.That(run.Code, Is.EqualTo(code), run.Error);
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.StartWith("ctm: ").And.Contain(message).And.Not.Contain("   at "));
        Assert.That(run.Output, Is.Empty);
    }
}
