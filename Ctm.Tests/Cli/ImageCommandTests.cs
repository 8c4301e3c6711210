using System.Text.Json;
using Ctm.Tasks.Images;
using Ctm.Tasks.Runs;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Tasks.Images;

namespace Ctm.Tests.Cli;

/// <summary>What <c>ctm train</c> and <c>ctm eval</c> do with labelled pictures.</summary>
[TestFixture]
internal sealed class ImageCommandTests
{
    private TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public void WriteData()
    {
        folder = new TemporaryFolder();
        ImageSamples.WriteMnist(folder[MnistFiles.Name], 200, 50);
        ImageSamples.WriteCifar(folder[CifarFiles.Name], 40, 50);
        ImageSamples.WriteFolder(folder[ImageFolder.Name], 12, 5);
    }

    [OneTimeTearDown]
    public void DeleteData() => folder.Dispose();

    [TestCase("mnist", 10)]
    [TestCase("cifar10", 10)]
    [TestCase("images", 3)]
    public void Train_Smoke_LearnsAndEvalPrintsItsFigures(string task, int classes)
    {
        string run = folder[task + "-learned"];
        CliRun train = CliRun.Of(
            "train", task, "--preset", "smoke", "--device", "cpu", "--threads", "2", "--out", run, "--json", "--set", $"data={folder[task]}");

        Assert.That(train.Code, Is.Zero, train.Error);
        CliRun eval = CliRun.Of("eval", run, "--json");
        Assert.That(eval.Code, Is.Zero, eval.Error);
        using JsonDocument trained = JsonDocument.Parse(train.Output), evaluated = JsonDocument.Parse(eval.Output);
        string[] keys =
        [
            "task", "samples", "accuracy", "step_accuracy", "mean_tick", "last_tick_accuracy", "ece", "brier", "per_tick_accuracy", "exit_at",
            "reliability", "running_mean_brier", "best_tick", "overthinking", "most_certain_calibration", "last_tick_calibration", "dynamics",
            "per_class_accuracy", "top5_accuracy", "mean_logits_accuracy", "certainty_weighted_accuracy",
        ];
        Assert.That(evaluated.RootElement.EnumerateObject().Select(p => p.Name), Is.EquivalentTo(keys));
        foreach (JsonProperty figure in evaluated.RootElement.EnumerateObject())
        {
            Assert.That(figure.Value.GetRawText(), Is.EqualTo(trained.RootElement.GetProperty(figure.Name).GetRawText()), figure.Name);
        }

        Assert.That(evaluated.RootElement.GetProperty("per_class_accuracy").GetArrayLength(), Is.EqualTo(classes));
        Assert.That(evaluated.RootElement.GetProperty("accuracy").GetDouble(), Is.GreaterThan(0.8), "classes are plain to see");
        double[] perClass = [.. evaluated.RootElement.GetProperty("per_class_accuracy").EnumerateArray().Select(a => a.GetDouble())];
        Assert.That(perClass.Average(), Is.EqualTo(evaluated.RootElement.GetProperty("accuracy").GetDouble()).Within(1e-9), "as many of each");
        string report = File.ReadAllText(Path.Combine(run, "report.md"));
        string[] pictures = [.. report.Split("](").Skip(1).Select(part => part[..part.IndexOf(')', StringComparison.Ordinal)])];
        Assert.That(pictures, Has.Length.EqualTo(3));
        Assert.That(pictures.Where(picture => !File.Exists(Path.Combine(run, picture))), Is.Empty);
    }

    [TestCase("mnist")]
    [TestCase("images")]
    public void Resume_AfterAnInterruption_GivesTheModelOfAnUninterruptedRun(string task)
    {
        string[] data = [$"data={folder[task]}", "dropout=0.1"];
        string whole = folder[task + "-whole"], part = folder[task + "-cut"];
        Assert.That(CliRun.TrainTask(task, whole, data).Code, Is.Zero);
        using var cancel = new CancellationTokenSource();
        CliRun cut = CliRun.Of(cancel.Token, new CancellingWriter("step 10/20", cancel), CliRun.TaskArguments(task, part, data));
        Assert.That(cut.Code, Is.EqualTo(130), cut.Error);

        CliRun resumed = CliRun.Of("train", task, "--resume", "--out", part, "--threads", "1");

        Assert.That(resumed.Code, Is.Zero, resumed.Error);
        foreach (string file in new[] { "model.safetensors", "optimizer.safetensors" })
        {
            byte[] expected = File.ReadAllBytes(Path.Combine(whole, "checkpoint", file));
            Assert.That(File.ReadAllBytes(Path.Combine(part, "checkpoint", file)), Is.EqualTo(expected), file);
        }
    }

    [TestCase("lstm")]
    [TestCase("ff")]
    [TestCase("transformer")]
    public void Train_OtherModel_IsEvaluatedToo(string kind)
    {
        string run = folder["mnist-" + kind];
        CliRun train = CliRun.TrainTask("mnist", run, $"data={folder["mnist"]}", "--model", kind);

        Assert.That(train.Code, Is.Zero, train.Error);
        CliRun eval = CliRun.Of("eval", run, "--model", kind, "--limit", "7", "--json");
        Assert.That(eval.Code, Is.Zero, eval.Error);
        Assert.That(eval.Output, Does.Contain("\"samples\": 7"));
        Assert.That(File.ReadAllText(Path.Combine(run, "report.md")), Does.Contain($"--preset smoke --model {kind} --device cpu"));
    }

    [Test]
    public void Eval_PicturesUncropped_AnswersEachInItsOwnSize()
    {
        string run = folder["images-any"];
        string[] settings =
        [
            $"data={folder["images"]}", "backbone_type=resnet18-1", "positional_embedding_type=none", "image_size=0", "center_crop=0",
        ];
        CliRun train = CliRun.TrainTask("images", run, settings);

        Assert.That(train.Code, Is.Zero, train.Error);
        CliRun whole = CliRun.Of("eval", run, "--json"), middle = CliRun.Of("eval", run, "--json", "--set", "center_crop=16");
        Assert.That((whole.Code, middle.Code), Is.EqualTo((0, 0)), whole.Error + middle.Error);
        Assert.That(whole.Output, Does.Contain("\"samples\": 15").And.Not.EqualTo(middle.Output));
    }

    [TestCase("mnist --set out_dims=7", "out_dims is 7, the data have 10 classes", 2)]
    [TestCase("mnist --set image_size=20", "image_size is 20, prepared pictures have 28 x 28 pixels", 2)]
    [TestCase("mnist --set image_channels=3 mean=0,0,0 std=1,1,1", "image_channels is 3, the pictures have 1 channels", 2)]
    [TestCase("mnist --set mean=0,0", "mean has 2 values, the pictures have 1 channels", 2)]
    [TestCase("mnist --set std=0", "std has 0, it must be above 0", 2)]
    [TestCase("mnist --set crop_padding=-1", "crop_padding is -1, it must be 0 or more", 2)]
    [TestCase("mnist --set prediction_reshaper=5,2", "prediction_reshaper must be [-1]: a picture is of one class", 2)]
    [TestCase("mnist --preset medium", "Task mnist has no preset 'medium': there are quick, smoke, long, paper", 2)]
    [TestCase("images --set out_dims=9", "out_dims is 9, the data have 3 classes", 2)]
    [TestCase("images --preset smoke --set resize=0 center_crop=0 random_crop=0 image_size=0", "image_size", 2)]
    public void Train_WrongSetting_IsOneClearLineAndLeavesNothing(string line, string message, int code)
    {
        string[] words = line.Split(' ');
        AssertRefused([.. words, "--set", $"data={folder[words[0]]}"], message, code);
    }

    [Test]
    public void Train_NoData_SaysHowToGetThem()
    {
        string nowhere = folder["nowhere"];
        AssertRefused(["mnist", "--set", $"data={nowhere}"], $"'ctm data mnist --out {nowhere}' fetches the digits", 1);
        AssertRefused(["cifar10", "--set", $"data={nowhere}"], $"'ctm data cifar10 --out {nowhere}' fetches the images", 1);
        AssertRefused(["images", "--set", $"data={nowhere}"], "there is no folder train; pictures are expected as train/CLASS/*.png", 1);
    }

    private void AssertRefused(string[] words, string message, int code)
    {
        string target = folder["never"];
        CliRun run = CliRun.Of(["train", .. words, "--device", "cpu", "--out", target]);
        Assert.That((run.Code, run.ErrorLines.Length), Is.EqualTo((code, 1)), run.Error);
        Assert.That(run.Error, Does.StartWith("ctm: ").And.Contain(message));
        Assert.That(Directory.Exists(target), Is.False);
    }
}
