using System.Text.Json.Nodes;
using Ctm.Engine.Files;
using Ctm.Engine.Importing;
using Ctm.Engine.Models;

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
}
