using System.Text.Json.Nodes;
using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Files.PyTorch;
using Ctm.Engine.Importing;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Engine.Files.PyTorch;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Training checkpoints of the reference against the same models in the hub form.</summary>
[TestFixture]
internal sealed class GoldenCheckpointTests
{
    private static IEnumerable<GoldenCheckpoint> Checkpoints => GoldenFiles.Checkpoints;

    [Test]
    public void GoldenFiles_Repository_HasBothWaysToShareIndices()
    {
        Assume.That(Environment.GetEnvironmentVariable(GoldenFiles.FolderVariable), Is.Null.Or.Empty);
        Assert.That(Checkpoints.Select(c => c.ToString()), Is.EqualTo(new[] { "checkpoint_first_last", "checkpoint_random" }));
    }

    [TestCaseSource(nameof(Checkpoints))]
    public void Golden_TorchFile_EqualsHubFormBitForBit(GoldenCheckpoint golden)
    {
        ImportedCheckpoint torch = CheckpointImport.Read(golden.TorchFile);
        StateDictionary hub = StateDictionaryFile.Load(Path.Combine(golden.Folder, "model.safetensors"));

        Assert.That(torch.State.Names, Is.EquivalentTo(hub.Names));
        Assert.That(torch.State.Aliases, Is.EquivalentTo(hub.Aliases));
        foreach ((string name, StateTensor tensor) in hub)
        {
            Assert.That(torch.State[name].SameAs(tensor), name);
        }
    }

    [TestCaseSource(nameof(Checkpoints))]
    public void Golden_TorchFile_InfersTheConfigurationOfTheHubForm(GoldenCheckpoint golden)
    {
        ImportedCheckpoint torch = CheckpointImport.Read(golden.TorchFile);

        Assert.That(JsonFiles.ToText(torch.Configuration),
            Is.EqualTo(JsonFiles.ToText(JsonFiles.Read<ModelConfiguration>(golden.Configuration))));
        JsonObject keys = JsonNode.Parse(File.ReadAllText(golden.Configuration))!.AsObject();
        Assert.That(torch.Values.Select(v => v.Key), Is.EquivalentTo(keys.Select(k => k.Key)));
        foreach (InferredValue value in torch.Values)
        {
            Assert.That(value.Source, Is.Not.EqualTo(ValueSource.Missing), value.Key);
            Assert.That(value.FileValue, Is.Null, value.Key);
        }
    }

    [TestCaseSource(nameof(Checkpoints))]
    public void Golden_HubForm_ExportsToItself(GoldenCheckpoint golden)
    {
        ImportedCheckpoint hub = CheckpointImport.Read(golden.Folder);
        ImportedCheckpoint torch = CheckpointImport.Read(golden.TorchFile);

        foreach (ImportedCheckpoint read in new[] { hub, torch })
        {
            JsonObject exported = CheckpointExport.Configuration(read.Configuration);
            Assert.That(JsonNode.DeepEquals(exported, JsonNode.Parse(File.ReadAllText(golden.Configuration))), exported.ToJsonString());
            StateDictionary state = CheckpointExport.State(read.State, read.Configuration);
            Assert.That(state.Aliases, Is.EquivalentTo(StateDictionaryFile.Load(Path.Combine(golden.Folder, "model.safetensors")).Aliases));
        }
    }

    [TestCaseSource(nameof(Checkpoints))]
    public void Golden_ImportedModel_ThinksAsTheReference(GoldenCheckpoint golden)
    {
        using var folder = new TemporaryFolder();
        ImportedCheckpoint torch = CheckpointImport.Read(golden.TorchFile);
        torch.Check(Device);
        torch.Save(folder["imported"]);
        CheckpointExport.Save(torch, folder["exported"]);

        foreach (string form in new[] { golden.Folder, folder["imported"], folder["exported"] })
        {
            using var model = (TickModel)Checkpoint.Open(Device, form);
            Think(model, golden.Case);
        }
    }

    [TestCaseSource(nameof(Machines))]
    public void Golden_Machine_IsInferredFromItsTensors(GoldenCase golden)
    {
        // With all arguments first, then with those alone that the tensors do not tell.
        JsonObject arguments = JsonNode.Parse(golden.HyperParameters.GetProperty("model_args").GetRawText())!.AsObject();
        ImportedCheckpoint full = Infer(golden, arguments);
        ImportedCheckpoint sparse = Infer(golden, new JsonObject(arguments
            .Where(a => full.Values.Any(v => v.Key == a.Key && v.Source != ValueSource.Tensors))
                .Select(a => KeyValuePair.Create(a.Key, a.Value?.DeepClone()))));

        Assert.That(full.Values.Count(v => v.Source == ValueSource.Tensors), Is.GreaterThanOrEqualTo(2));
        arguments.Insert(0, "model", golden.HyperParameters.GetProperty("model_class").GetString());
        string expected = JsonFiles.ToText(JsonFiles.Parse<ModelConfiguration>(arguments.ToJsonString(), golden.Name));
        foreach (ImportedCheckpoint found in new[] { full, sparse })
        {
            found.Check(Device);
            Assert.That(JsonFiles.ToText(found.Configuration), Is.EqualTo(expected));
        }
    }

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "rl" })]
    public void Golden_Agent_IsInferredFromItsTensors(GoldenCase golden)
    {
        JsonObject arguments = JsonNode.Parse(golden.HyperParameters.GetProperty("args").GetRawText())!.AsObject();
        ImportedCheckpoint found = Infer(golden, arguments);
        found.Check(Device);
        Assert.That(JsonFiles.ToText(found.Configuration), Is.EqualTo(JsonFiles.ToText<ModelConfiguration>(GoldenAgentTests.Configuration(golden))));
    }

    private static IEnumerable<GoldenCase> Machines => GoldenFiles.ByRunner("full")
        .Where(g => !g.HyperParameters.IsTrue("eval_only")
            && ModelKinds.Configurations.ContainsKey(g.HyperParameters.GetProperty("model_class").GetString()!));

    private static ComputeDevice Device => TestDevices.Open("cpu");

    private static ImportedCheckpoint Infer(GoldenCase golden, JsonObject arguments)
    {
        IEnumerable<KeyValuePair<string, object?>> settings = arguments.Select(a => KeyValuePair.Create(a.Key, TorchBytes.Plain(a.Value)));
        return CheckpointImport.Infer(TorchCheckpoint.Parse(TorchBytes.Checkpoint(golden.State(), settings), golden.Name), golden.Name);
    }

    private static void Think(TickModel model, GoldenCase golden)
    {
        Assert.That(golden.HyperParameters.IsTrue("eval_only"));
        TickModelConfiguration c = model.Configuration;
        int ticks = c.TickCount;
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        TickOutput output = model.Forward(tape, GoldenChecks.Map(tape, golden));
        float[] synchronization = output.OutputSynchronization!.Data.ToArray();
        using DeviceBuffer<float> entropy = Device.Allocate<float>(ticks * output.Batch);
        Device.Losses.NormalizedEntropy(
            output.Predictions.Data, entropy.View, new LossShape(ticks, output.Batch, c.Positions, c.Classes));
        golden.Verify("out.eval.predictions", GoldenChecks.TicksLast(output.Predictions, ticks));
        golden.Verify("out.eval.certainties", GoldenChecks.Certainties(entropy.View.ToArray(), ticks));
        golden.Verify("out.eval.synch_out_last", synchronization[(synchronization.Length / ticks * (ticks - 1))..]);
        golden.Verify("out.synch_out", synchronization);
        golden.Verify("out.synch_action", output.ActionSynchronization!.Data.ToArray());
        golden.Verify("out.pre_activations", output.PreActivations!.Data.ToArray());
        golden.Verify("out.post_activations", output.PostActivations!.Data.ToArray());
        golden.Verify("out.attention", output.Attention!.Weights.Data.ToArray());
    }
}
