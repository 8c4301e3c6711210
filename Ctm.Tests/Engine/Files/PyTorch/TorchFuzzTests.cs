using Ctm.Engine.Files;
using Ctm.Engine.Files.PyTorch;
using Ctm.Engine.Importing;
using Ctm.Engine.Models;
using Ctm.Tests.Engine.Importing;
using Ctm.Tests.Fuzzing;
using Ctm.Tests.Golden;

namespace Ctm.Tests.Engine.Files.PyTorch;

/// <summary>Damaged PyTorch files, up to the check against the model that they say they are.</summary>
[TestFixture]
internal sealed class TorchFuzzTests
{
    [Test]
    public void Read_MutatedFiles_ThrowOnlyDocumentedExceptions() => Run(FuzzRun.Few);

    [Test]
    [Explicit]
    [Category("Slow")]
    public void Read_ManyMutatedFiles_ThrowOnlyDocumentedExceptions() => Run(FuzzRun.Many);

    private static void Run(int count)
    {
        // The whole files are large: they come last and less often.
        string[] whole = [.. GoldenFiles.Checkpoints.Take(1).Select(c => c.TorchFile)];
        (byte[], KeyValuePair<string, byte[]>[])[] small = [.. Enumerable.Repeat(Small(), 5), .. Enumerable.Repeat(Newer(), 5)];
        var mutations = new TorchMutations([.. small, .. whole.Select(Whole), .. whole.Select(f => Parts(File.ReadAllBytes(f)))]);
        FuzzRun.Run(
            count,
            20250506,
            mutations.Next,
            Read,
            e => e is CheckpointFormatException);
    }

    // Accepted is what can be read; whether it is a model is another matter.
    private static void Read(byte[] bytes)
    {
        TorchCheckpoint read = TorchCheckpoint.Parse(bytes, "fuzz");
        try
        {
            CheckpointImport.Infer(read, "fuzz").Check(ImportSamples.Device);
        }
        catch (Exception e) when (e is CtmFileException or MissingValuesException or ModelConfigurationException)
        {
            Assert.That(e.Message.AsSpan().IndexOfAny('\n', '\r'), Is.Negative, e.Message);
        }
    }

    private static (byte[] Pickle, KeyValuePair<string, byte[]>[] Storages) Small() => (
        new PickleBytes().Op('}').Op('(')
            .Text("state_dict").Op('}').Op('(').Text("a").Tensor("0", "FloatStorage", 6, [2, 3], [3, 1])
            .Text("b").Tensor("0", "FloatStorage", 6, [3, 2], [1, 3]).Text("c").Tensor("1", "LongStorage", 2, [2], [1], 0).Op('u')
            .Text("args").Global("argparse", "Namespace").Op((byte)')', 0x81).Op('}').Text("n").Number(3).Op('s', 'b').Op('u').Stop(),
        [new("0", new byte[24]), new("1", new byte[16])]);

    // What protocol 4 and PyTorch 2 write.
    private static (byte[] Pickle, KeyValuePair<string, byte[]>[] Storages) Newer()
    {
        PickleBytes p = new PickleBytes(4).Op(0x95, 1, 0, 0, 0, 0, 0, 0, 0).Op('}').Op((byte)0x94).Op('(').Text("x").Op((byte)0x94);
        p.Text("torch._utils").Op((byte)0x94).Text("_rebuild_tensor_v3").Op((byte)0x94).Op((byte)0x93).Op((byte)0x94).Op('(').Op('(')
            .Text("storage");
        p.Text("torch.storage").Text("UntypedStorage").Op((byte)0x93).Text("0").Text("cpu").Number(12).Op('t', 'Q').Number(1).Numbers(2)
            .Numbers(1);
        p.Op((byte)0x89).Global("collections", "OrderedDict").Op(')', 'R').Global("torch", "float32").Op('t', 'R');
        p.Text("set").Op(0x8F, (byte)'(').Number(1).Op((byte)0x90).Op('0').Op('0').Op((byte)'(').Number(1).Op((byte)0x91, (byte)'0');
        p.Op([0x8E, 3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]).Op('0').Op([0x96, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2]).Op('0').Op([(byte)'C', 1, 9])
            .Op('0');
        return (p.Op('u').Stop(), [new("0", new byte[12])]);
    }

    private static (byte[] Pickle, KeyValuePair<string, byte[]>[] Storages) Whole(string file)
    {
        StateDictionary state = CheckpointImport.Read(file).State;
        return Parts(TorchBytes.Checkpoint(state, [new("iterations", 5), new("heads", 2), new("parity_sequence_length", 9)]));
    }

    private static (byte[] Pickle, KeyValuePair<string, byte[]>[] Storages) Parts(byte[] file)
    {
        FileBytes bytes = FileBytes.Of(file, "whole");
        ZipDirectory directory = ZipDirectory.Read(bytes);
        var content = new ZipContent(bytes);
        return (
            content.Read(directory.Entries.Single(e => e.Key.EndsWith("/data.pkl", StringComparison.Ordinal)).Value),
            [.. directory.Entries.Where(e => e.Key.Contains("/data/", StringComparison.Ordinal))
                .Select(e => KeyValuePair.Create(e.Key[(e.Key.LastIndexOf('/') + 1)..], content.Read(e.Value)))]);
    }
}
