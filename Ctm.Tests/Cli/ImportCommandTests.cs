using System.Text.Json;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Engine.Files.PyTorch;
using Ctm.Tests.Engine.Importing;

namespace Ctm.Tests.Cli;

[TestFixture]
internal sealed class ImportCommandTests
{
    private static readonly CtmConfiguration Configuration = ImportSamples.Configuration;
    private StateDictionary state = null!;
    private TemporaryFolder folder = null!;

    private string Whole => folder["whole.pt"];

    [OneTimeSetUp]
    public void Draw() => state = ImportSamples.State(Configuration);

    [SetUp]
    public void WriteFile()
    {
        folder = new TemporaryFolder();
        File.WriteAllBytes(Whole, TorchBytes.Checkpoint(state, ImportSamples.Settings(Configuration)));
    }

    [TearDown]
    public void Delete() => folder.Dispose();

    [Test]
    public void Import_TrainingCheckpoint_WritesACheckpointAndSaysWhatItInferred()
    {
        CliRun run = CliRun.Of("import", Whole, "--out", folder["deep/out"]);

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Match(@"d_model\s+\| 24\s+\| tensors").And.Match(@"heads\s+\| 2\s+\| file")
            .And.Match(@"dropout_nlm\s+\| none\s+\| default"));
        using Model model = Checkpoint.Open(ImportSamples.Device, folder["deep/out"]);
        Assert.That(JsonFiles.ToText(model.Configuration), Is.EqualTo(JsonFiles.ToText<ModelConfiguration>(Configuration)));
        Assert.That(ModelState.Capture(model.Parameters).All(t => state[t.Key].SameAs(t.Value)));
    }

    [Test]
    public void Import_Json_PrintsOneObject()
    {
        CliRun run = CliRun.Of("import", Whole, "--out", folder["out"], "--set", "dropout=0.5", "iterations=7", "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        using JsonDocument found = JsonDocument.Parse(run.Output);
        JsonElement root = found.RootElement;
        Assert.That(root.GetProperty("model").GetString(), Is.EqualTo("ctm"));
        Assert.That(root.GetProperty("tensors").GetInt32(), Is.EqualTo(state.Count));
        Assert.That(root.GetProperty("parameters").GetInt64(), Is.EqualTo(Configuration.CountParameters(ImportSamples.Device)));
        Assert.That(root.GetProperty("configuration").GetProperty("iterations").GetInt32(), Is.EqualTo(7));
        Assert.That(root.GetProperty("sources").GetProperty("iterations").GetString(), Is.EqualTo("setting"));
        Assert.That(root.GetProperty("sources").GetProperty("synapse_depth").GetString(), Is.EqualTo("tensors"));
        Assert.That(((CtmConfiguration)Checkpoint.LoadConfiguration(folder["out"])).Dropout, Is.EqualTo(0.5f));
    }

    [Test]
    public void ImportAndExport_RoundTrip_IsBitEqual()
    {
        Assert.That(CliRun.Of("import", Whole, "--out", folder["first"]).Code, Is.Zero);
        Assert.That(CliRun.Of("export", folder["first"], "--out", folder["hub"]).Code, Is.Zero);
        CliRun again = CliRun.Of("import", folder["hub"], "--out", folder["second"], "--json");
        Assert.That(again.Code, Is.Zero, again.Error);
        Assert.That(CliRun.Of("export", folder["second"], "--out", folder["hub"]).Code, Is.Zero, "a checkpoint is replaced");

        StateDictionary second = StateDictionaryFile.Load(Path.Combine(folder["hub"], "model.safetensors"));
        Assert.That(second.Names, Is.EquivalentTo(state.Names));
        Assert.That(second.All(t => state[t.Key].SameAs(t.Value)));
        Assert.That(second.Aliases, Has.Count.EqualTo(2));
        Assert.That(Directory.GetFileSystemEntries(folder["hub"]), Has.Length.EqualTo(2));
        foreach (string name in new[] { "config.json" })
        {
            Assert.That(File.ReadAllBytes(Path.Combine(folder["first"], name)),
                Is.EqualTo(File.ReadAllBytes(Path.Combine(folder["second"], name))));
        }
    }

    [Test]
    public void Export_Run_WritesItsModelAlone()
    {
        Assert.That(CliRun.Train(folder["run"]).Code, Is.Zero);

        CliRun run = CliRun.Of("export", folder["run"], "--out", folder["hub"], "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        using JsonDocument found = JsonDocument.Parse(run.Output);
        Assert.That(found.RootElement.GetProperty("out").GetString(), Is.EqualTo(folder["hub"]));
        Assert.That(Directory.GetFiles(folder["hub"])
            .Select(Path.GetFileName), Is.EquivalentTo(new[] { "config.json", "model.safetensors" }));
        StateDictionary trained = StateDictionaryFile.Load(Path.Combine(folder["run"], "checkpoint", "model.safetensors"));
        Assert.That(StateDictionaryFile.Load(Path.Combine(folder["hub"], "model.safetensors")).All(t => trained[t.Key].SameAs(t.Value)));
        Refuses(2, "which is no part of a model alone", "export", folder["run"], "--out", Path.Combine(folder["run"], "checkpoint"));
    }

    [Test]
    public void Import_WrongOutput_RefusesAndTouchesNothing()
    {
        File.WriteAllText(folder["file"], "mine");
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(Path.Combine(folder["mine"], "notes.txt"), "mine");
        Directory.CreateDirectory(folder["half"]);
        File.WriteAllText(Path.Combine(folder["half"], "config.json"), "{}");
        Directory.CreateDirectory(folder["kept.old"]);

        Refuses(2, "holds 'notes.txt', which is no part", "import", Whole, "--out", folder["mine"]);
        Refuses(2, "is no checkpoint, since it has no model.safetensors", "import", Whole, "--out", folder["half"]);
        Refuses(2, "is a file: choose another --out", "import", Whole, "--out", folder["file"]);
        Refuses(2, "is a file: choose another --out", "import", Whole, "--out", Path.Combine(folder["file"], "below"));
        Refuses(2, "kept.old' is in the way", "import", Whole, "--out", folder["kept"]);
        Refuses(2, "holds ", "import", Whole, "--out", folder.Path);
        Refuses(2, "--out", "import", Whole);
    }

    [Test]
    public void Import_WrongSource_IsOneLineAndTouchesNothing()
    {
        File.WriteAllBytes(folder["cut.pt"], File.ReadAllBytes(Whole)[..^2000]);
        File.WriteAllBytes(folder["evil.pt"], TorchBytes.Of(
            new PickleBytes().Global("os", "system").Text($"touch {folder["marker"]}").Op((byte)0x85).Op('R').Stop()));
        File.WriteAllBytes(folder["bare.pt"], TorchBytes.Checkpoint(state, null));
        File.WriteAllBytes(folder["less.pt"],
            TorchBytes.Checkpoint(ImportSamples.Replace(state, "start_trace", null), ImportSamples.Settings(Configuration)));
        File.WriteAllBytes(folder["heads.pt"], TorchBytes.Checkpoint(state, [new("iterations", 2), new("heads", 5)]));
        Directory.CreateDirectory(folder["empty"]);

        Refuses(1, "There is no file or folder", "import", folder["none.pt"], "--out", folder["out"]);
        Refuses(1, "has no model.safetensors", "import", folder["empty"], "--out", folder["out"]);
        Refuses(1, "cut.pt: there is no zip directory", "import", folder["cut.pt"], "--out", folder["out"]);
        Refuses(1, "it asks for 'os.system'", "import", folder["evil.pt"], "--out", folder["out"]);
        Refuses(2, "does not tell iterations, heads", "import", folder["bare.pt"], "--out", folder["out"]);
        Refuses(1, "less.pt: missing: start_trace, Single [24, 4]", "import", folder["less.pt"], "--out", folder["out"]);
        Refuses(1, "no multiple of 5 heads", "import", folder["heads.pt"], "--out", folder["out"]);
        Refuses(1, "wrong value: d_model is 25, the tensors have 24", "import", Whole, "--out", folder["out"], "--set", "d_model=25");
        Refuses(2, "no setting 'd_modl': did you mean d_model?", "import", Whole, "--out", folder["out"], "--set", "d_modl=25");
        Refuses(2, "no multiple of 3 heads", "import", Whole, "--out", folder["out"], "--set", "heads=3");
        Refuses(1, "it is a file; ctm import reads files", "export", Whole, "--out", folder["out"]);
        Refuses(1, "There is no file or folder", "export", folder["none"], "--out", folder["out"]);
        Refuses(1, "has no model.safetensors", "export", folder["empty"], "--out", folder["out"]);
    }

    private void Refuses(int code, string message, params string[] args)
    {
        string[] before = CliRun.Snapshot(folder.Path);

        CliRun run = CliRun.Of(args);

        Assert.That(run.Code, Is.EqualTo(code), run.Error);
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain(message));
        Assert.That(run.Output, Is.Empty);
        Assert.That(CliRun.Snapshot(folder.Path), Is.EqualTo(before));
    }
}
