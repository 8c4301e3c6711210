using System.Text.Json.Nodes;
using Ctm.Engine.Files;
using Ctm.Engine.Files.PyTorch;
using Ctm.Engine.Importing;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Engine.Files.PyTorch;

namespace Ctm.Tests.Engine.Importing;

[TestFixture]
internal sealed class CheckpointImportTests
{
    private static IEnumerable<CtmConfiguration> Shapes
    {
        get
        {
            CtmConfiguration c = ImportSamples.Configuration;
            yield return c;
            yield return c with { NeuronSelection = NeuronSelection.Random, SynapseDepth = 3, NormalizeHistory = true, DropoutNlm = null };
            CtmConfiguration pairs = c with { NeuronSelection = NeuronSelection.RandomPairing };
            yield return pairs with { SelfPairs = 3, DeepNeuronLevelModels = false, ImageChannels = 2 };
            yield return pairs with { Backbone = "resnet18-2", Dropout = 0.25f, Ticks = 50, Heads = 8 };
            yield return c with { Backbone = "resnet34-1", SynapseDepth = 2, PredictionReshaper = [20, 5], OutputWidth = 100 };
            yield return c with { Backbone = "resnet50-1", MemoryLength = 1, HiddenWidth = 1 };
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void Infer_TrainingCheckpoint_FindsTheConfigurationAndTheTensors(CtmConfiguration configuration)
    {
        StateDictionary state = ImportSamples.State(configuration);
        byte[] file = TorchBytes.Checkpoint(state, ImportSamples.Settings(configuration), rename: n => "_orig_mod." + n);

        ImportedCheckpoint found = Infer(file);
        found.Check(ImportSamples.Device);

        Assert.That(JsonFiles.ToText(found.Configuration), Is.EqualTo(JsonFiles.ToText<ModelConfiguration>(configuration)));
        Assert.That(found.State.Names, Is.EqualTo(state.Names));
        Assert.That(found.State.All(t => state[t.Key].SameAs(t.Value)));
        Assert.That(Source(found, "d_model"), Is.EqualTo(ValueSource.Tensors));
        Assert.That(Source(found, "iterations"), Is.EqualTo(ValueSource.File));
        Assert.That(Source(found, "dropout_nlm"), Is.EqualTo(ValueSource.Default));
        Assert.That(found.ParameterCount, Is.EqualTo(configuration.CountParameters(ImportSamples.Device)));
    }

    [Test]
    public void Infer_BareState_AsksForWhatTensorsDoNotTell()
    {
        CtmConfiguration c = ImportSamples.Configuration;
        ImportedCheckpoint found = Infer(TorchBytes.Checkpoint(ImportSamples.State(c), null, key: null));

        MissingValuesException e = Assert.Throws<MissingValuesException>(() => found.Check(ImportSamples.Device))!;
        Assert.That(e.Keys, Is.EqualTo(new[] { "iterations", "heads" }));
        Assert.That(e.Message, Is.EqualTo(
            "file: the file does not tell iterations, heads; set what the model was trained with, such as --set iterations=..."));

        CtmConfiguration full = (CtmConfiguration)found.Configuration with { Ticks = 3, Heads = 4, PredictionReshaper = [4, 5] };
        ImportedCheckpoint set = found.With(full, ["iterations", "heads", "prediction_reshaper"]);
        set.Check(ImportSamples.Device);
        Assert.That(JsonFiles.ToText(set.Configuration), Is.EqualTo(JsonFiles.ToText<ModelConfiguration>(c with { Heads = 4 })));
        Assert.That(Source(set, "heads"), Is.EqualTo(ValueSource.Setting));
        Assert.That(Source(set, "dropout"), Is.EqualTo(ValueSource.Default));
    }

    [Test]
    public void Infer_SettingsThatContradictTheTensors_ReportsThem()
    {
        CtmConfiguration c = ImportSamples.Configuration;
        ImportedCheckpoint found = Infer(TorchBytes.Checkpoint(
            ImportSamples.State(c), [.. ImportSamples.Settings(c), new("d_model", 99), new("neuron_select_type", "random")]));

        InferredValue neurons = found.Values.Single(v => v.Key == "d_model");
        Assert.That((neurons.Value!.ToJsonString(), neurons.FileValue!.ToJsonString()), Is.EqualTo(("24", "99")));

        // First and last neurons may have been drawn at random: then the settings tell.
        InferredValue selection = found.Values.Single(v => v.Key == "neuron_select_type");
        Assert.That((selection.Value!.ToString(), selection.Source), Is.EqualTo(("random", ValueSource.File)));
    }

    [TestCase("start_trace", null, "missing: start_trace, Single [24, 4]")]
    [TestCase("start_trace", new long[] { 23, 4 }, "wrong shape: start_trace is [23, 4], the model has [24, 4]")]
    [TestCase("q_proj.weight", new long[] { 8, 14 }, "wrong shape: q_proj.weight is [8, 14], the model has [8, 15]")]
    [TestCase("synapses.3.weight", new long[] { 25 }, "wrong shape: synapses.3.weight is [25], the model has [24]")]
    public void Check_OneTensorThatDoesNotFit_IsOneLine(string name, long[]? shape, string line)
    {
        CtmConfiguration c = ImportSamples.Configuration;
        StateTensor? other = shape is null ? null : StateTensor.Of(shape, new float[shape.Aggregate(1L, (a, b) => a * b)]);
        StateDictionary state = ImportSamples.Replace(ImportSamples.State(c), name, other);

        CheckpointMismatchException e = Assert.Throws<CheckpointMismatchException>(
            () => Infer(TorchBytes.Checkpoint(state, ImportSamples.Settings(c))).Check(ImportSamples.Device))!;

        Assert.That(e.Mismatches, Is.EqualTo(new[] { line }));
    }

    [Test]
    public void Check_IndexOfNoNeuronOrUnknownTensor_IsRefused()
    {
        CtmConfiguration c = ImportSamples.Configuration with { NeuronSelection = NeuronSelection.Random };
        StateDictionary state = ImportSamples.State(c);
        StateDictionary wrong = ImportSamples.Replace(state, "out_neuron_indices_left",
            StateTensor.Of([6], new long[] { 0, 1, 24, 3, 4, 5 }));
        Assert.That(
            Assert.Throws<CheckpointMismatchException>(() =>
                Infer(TorchBytes.Checkpoint(wrong, ImportSamples.Settings(c))).Check(ImportSamples.Device))!.Mismatches,
            Is.EqualTo(new[] { "wrong index: out_neuron_indices_left holds 24, the model has neurons 0 to 23" }));

        state.Add("more", [2], [1f, 2f]);
        Assert.That(
            Assert.Throws<CheckpointMismatchException>(() =>
                Infer(TorchBytes.Checkpoint(state, ImportSamples.Settings(c))).Check(ImportSamples.Device))!.Mismatches,
            Is.EqualTo(new[] { "unexpected: more, Single [2]" }));
    }

    [Test]
    public void Infer_OtherTensorsOrSettings_IsOneLine()
    {
        var state = new StateDictionary();
        state.Add("fc.weight", [1], [1f]);
        Assert.That(() => Infer(TorchBytes.Checkpoint(state, null)), Throws.TypeOf<CheckpointFormatException>()
            .With.Message.Contains("these are ctm"));
        CtmConfiguration c = ImportSamples.Configuration;
        byte[] file = TorchBytes.Checkpoint(ImportSamples.State(c), [new("iterations", "many"), new("heads", 2)]);
        Assert.That(() => Infer(file), Throws.TypeOf<CheckpointFormatException>().With.Message.Contains("'iterations' is the text 'many'"));
    }

    [Test]
    public void Read_HubFolderWithAnotherConfiguration_IsRefusedBeforeAModelIsLaidOut()
    {
        using var folder = new TemporaryFolder();
        CtmConfiguration c = ImportSamples.Configuration;
        Checkpoint.Save(folder["hub"], ImportSamples.State(c), c with { Neurons = 2_000_000_000, SynapseDepth = 1_000_000_000 });

        CheckpointMismatchException e = Assert.Throws<CheckpointMismatchException>(
            () => CheckpointImport.Read(folder["hub"]).Check(ImportSamples.Device))!;

        Assert.That(e.Mismatches, Is.EqualTo(new[]
        {
            "wrong value: d_model is 2000000000, the tensors have 24",
            "wrong value: synapse_depth is 1000000000, the tensors have 1",
        }));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Export_AndImport_GiveTheSameBitsAgain(CtmConfiguration configuration)
    {
        using var folder = new TemporaryFolder();
        using (ContinuousThoughtMachine model = configuration.Create(ImportSamples.Device, seed: 3))
        {
            Checkpoint.Save(folder["saved"], model);
        }

        ImportedCheckpoint saved = Checked(folder["saved"]);
        CheckpointExport.Save(saved, folder["hub"]);
        ImportedCheckpoint hub = Checked(folder["hub"]);
        hub.Save(folder["again"]);
        ImportedCheckpoint again = Checked(folder["again"]);
        CheckpointExport.Save(again, folder["hub again"]);

        foreach (ImportedCheckpoint read in new[] { hub, again })
        {
            Assert.That(JsonFiles.ToText(read.Configuration), Is.EqualTo(JsonFiles.ToText<ModelConfiguration>(configuration)));
            Assert.That(read.State.Names, Is.EquivalentTo(saved.State.Names));
            Assert.That(read.State.All(t => saved.State[t.Key].SameAs(t.Value)));
        }

        foreach (string name in new[] { "model.safetensors", "config.json" })
        {
            byte[] first = File.ReadAllBytes(Path.Combine(folder["hub"], name));
            Assert.That(File.ReadAllBytes(Path.Combine(folder["hub again"], name)), Is.EqualTo(first), name);
        }

        bool isFirstLast = configuration.NeuronSelection == NeuronSelection.FirstLast;
        Assert.That(File.ReadAllText(Path.Combine(folder["saved"], "config.json")), Does.Contain("\"model\": \"ctm\"")
            .And.Not.Contain("\"kind\""));
        Assert.That(hub.State.Aliases, Has.Count.EqualTo(isFirstLast ? 2 : 0));
        JsonObject keys = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["hub"], "config.json")))!.AsObject();
        Assert.That(keys, Has.Count.EqualTo(configuration.ImageChannels == 3 ? 19 : 20));
        using Model opened = Checkpoint.Open(ImportSamples.Device, folder["hub"]);
        Assert.That(ModelState.Capture(opened.Parameters).All(t => saved.State[t.Key].SameAs(t.Value)));
    }

    [Test]
    public void Export_OfAModelThatTheReferenceLacks_KeepsWhatItNeeds()
    {
        using var folder = new TemporaryFolder();
        CtmConfiguration c = ImportSamples.Configuration with
        {
            Backbone = "compact",
            BackboneChannels = 16,
            BackboneLayers = 2,
            PositionalEmbedding = "learned",
            ImageSize = 7,
        };
        Checkpoint.Save(folder["saved"], ImportSamples.State(c), c);

        CheckpointExport.Save(Checked(folder["saved"]), folder["hub"]);

        Assert.That(JsonFiles.ToText(Checked(folder["hub"]).Configuration), Is.EqualTo(JsonFiles.ToText<ModelConfiguration>(c)));
    }

    private static ImportedCheckpoint Infer(byte[] file) => CheckpointImport.Infer(TorchCheckpoint.Parse(file, "file"), "file");

    private static ImportedCheckpoint Checked(string folder)
    {
        ImportedCheckpoint read = CheckpointImport.Read(folder);
        read.Check(ImportSamples.Device);
        return read;
    }

    private static ValueSource Source(ImportedCheckpoint found, string key) => found.Values.Single(v => v.Key == key).Source;
}
