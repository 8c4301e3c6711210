using Ctm.Engine.Files;
using Ctm.Engine.Files.PyTorch;

namespace Ctm.Tests.Engine.Files.PyTorch;

/// <summary>Files that were made to do harm: each is refused with one line, and nothing that it asks for happens.</summary>
[TestFixture]
internal sealed class HostileTorchTests
{
    private static readonly string Marker = Path.Combine(Path.GetTempPath(), $"ctm-hostile-{Environment.ProcessId}");

    private static IEnumerable<TestCaseData> Calls =>
    [
        Case("os.system by GLOBAL and REDUCE", new PickleBytes().Global("os", "system").Text($"touch {Marker}").Op((byte)0x85)
            .Op('R'), "'os.system'"),
        Case("posix.system", new PickleBytes().Global("posix", "system").Text($"touch {Marker}").Op((byte)0x85).Op('R'), "'posix.system'"),
        Case("builtins.eval", new PickleBytes().Global("builtins", "eval").Text("1").Op((byte)0x85).Op('R'), "'builtins.eval'"),
        Case("builtins.getattr", new PickleBytes().Global("builtins", "getattr"), "'builtins.getattr'"),
        Case("__builtin__.exec", new PickleBytes().Global("__builtin__", "exec"), "'__builtin__.exec'"),
        Case("STACK_GLOBAL", new PickleBytes(4).Text("os").Text("system").Op((byte)0x93).Text("id").Op((byte)0x85).Op('R'), "'os.system'"),
        Case("STACK_GLOBAL of no text", new PickleBytes(4).Number(1).Text("system").Op((byte)0x93), "a name that is no text"),
        Case("dotted name", new PickleBytes(4).Text("collections").Text("OrderedDict.fromkeys").Op((byte)0x93), "fromkeys'"),
        Case("name with a line end", new PickleBytes(4).Text("os\nsystem").Text("x").Op((byte)0x93), "os\\u000asystem.x"),
        Case("module of a known name", new PickleBytes().Global("torch.hub", "load"), "'torch.hub.load'"),
        Case("runpy by NEWOBJ", new PickleBytes().Global("runpy", "_run_code").Op((byte)')', 0x81), "'runpy._run_code'"),
        Case("class of the file", new PickleBytes().Global("models.ctm", "ContinuousThoughtMachine")
            .Op((byte)')', 0x81), "ContinuousThoughtMachine"),
        Case("INST", new PickleBytes().Op('(').Text("id").Op('i').Op("os\nsystem\n"u8), "opcode 0x69"),
        Case("OBJ", new PickleBytes().Op('(').Global("collections", "OrderedDict").Op('o'), "opcode 0x6f"),
        Case("EXT1", new PickleBytes().Op(0x82, 1), "opcode 0x82"),
        Case("EXT4", new PickleBytes().Op(0x84, 1, 0, 0, 0), "opcode 0x84"),
        Case("PERSID", new PickleBytes().Op("Pid\n"u8), "opcode 0x50"),
        Case("GET of protocol 0", new PickleBytes().Op("g0\n"u8), "opcode 0x67"),
        Case("NEXT_BUFFER", new PickleBytes(5).Op((byte)0x97), "opcode 0x97"),
        Case("REDUCE of a value", new PickleBytes().Text("x").Op(')', 'R'), "calls something that is no function"),
        Case("REDUCE of a storage type", new PickleBytes().Global("torch", "FloatStorage").Number(1 << 30).Op((byte)0x85)
            .Op('R'), "is no function"),
        Case("REDUCE without arguments", new PickleBytes().Global("collections", "OrderedDict").Number(1)
            .Op('R'), "no function with arguments"),
        Case("NEWOBJ_EX with names", new PickleBytes(4).Global("argparse", "Namespace").Op(')', '}').Text("a").Number(1).Op('s')
            .Op((byte)0x92),
            "no function with arguments"),
        Case("BUILD of a number", new PickleBytes().Number(1).Op('}', 'b'), "sets the state of a value that has none"),
        Case("BUILD of a name", new PickleBytes().Global("argparse", "Namespace").Op('}', 'b'), "sets the state of a value that has none"),
        Case("bytes of a size", new PickleBytes().Global("builtins", "bytearray").Number(1L << 40).Op((byte)0x85)
            .Op('R'), "something else than bytes"),
        Case("encode by another codec", new PickleBytes().Global("_codecs", "encode").Text("x").Text("zip").Op((byte)0x86)
            .Op('R'), "as latin1"),
        Case("storage of no type", new PickleBytes().Text("storage").Text("x").Text("0").Op((byte)0x87)
            .Op('Q'), "a storage is not given as"),
        Case("persistent id of no tuple", new PickleBytes().Text("x").Op('Q'), "a storage is not given as"),
        Case("tensor of nothing", new PickleBytes().Global("torch._utils", "_rebuild_tensor_v2").Op(')', 'R'), "a tensor is not given as"),
    ];

    private static IEnumerable<TestCaseData> Bombs =>
    [
        Case("LONG4 of 2 GiB", new PickleBytes().Op(0x8B, 0xFF, 0xFF, 0xFF, 0x7F), "a whole number has 2147483647 bytes"),
        Case("LONG4 of a negative size", new PickleBytes().Op(0x8B, 0xFF, 0xFF, 0xFF, 0xFF), "a whole number has -1 bytes"),
        Case("text of 4 GiB", new PickleBytes().Op((byte)'X', 0xFF, 0xFF, 0xFF, 0xFF), "within a value of 4294967295 bytes"),
        Case("bytes of 2^64", new PickleBytes(4).Op(0x8E)
            .Op(Enumerable.Repeat((byte)0xFF, 8).ToArray()), "within a value of 18446744073709551615"),
        Case("frame of 2^62", new PickleBytes(4).Op(0x95, 0, 0, 0, 0, 0, 0, 0, 0x40), "a frame of 4611686018427387904 bytes"),
        Case("memo never stored", new PickleBytes().Op((byte)'h', 200), "recalls value 200, which it never stored"),
        Case("memo bomb", Repeat(new PickleBytes().Op('N'), (1 << 22) + 1, (p, i) => p.Op('r').Int32(i)), "remembers more than"),
        Case("list bomb", Doubling(), "holds more than"),
        Case("copy bomb", Copies(), "holds more than"),
        Case("bytes bomb", EncodeBomb(), "holds more than"),
        Case("stack bomb", Repeat(new PickleBytes(), (1 << 20) + 1, (p, _) => p.Op('N')), "wait on its stack"),
        Case("value bomb", Repeat(new PickleBytes().Op(']'), 1 << 22, (p, _) => p.Op('N', '0')), "holds more than"),
        Case("marks", Repeat(new PickleBytes(), 1001, (p, _) => p.Op('(')), "nested more than 1000 deep"),
        Case("nested tuples", Repeat(new PickleBytes().Op(')'), 100_000, (p, _) => p.Op((byte)0x85)), "nested more than 200 deep"),
        Case("nested lists", Repeat(Repeat(new PickleBytes(), 500, (p, _) => p.Op(']')), 499, (p, _) => p.Op('a')),
            "nested more than 200 deep"),
        Case("nested dictionaries", Repeat(Repeat(new PickleBytes(), 300, (p, _) => p.Op('}').Text("k")).Op('}'), 300, (p, _) => p.Op('s')),
            "nested more than 200 deep"),
        Case("empty stack", new PickleBytes().Op('0'), "from an empty stack"),
        Case("pop through a mark", new PickleBytes().Op('N', '(').Op((byte)0x85), "from an empty stack"),
        Case("tuple without a mark", new PickleBytes().Op('N', 't'), "from an empty stack"),
        Case("append to a number", new PickleBytes().Number(1).Op('N', 'a'), "appends to a value that is no list"),
        Case("item of a list", new PickleBytes().Op(']', 'N').Op('N', 's'), "sets an item of a value that is no dictionary"),
        Case("key without a value", new PickleBytes().Op('}', '(').Op('N', 'u'), "sets an item without a value"),
        Case("protocol 0", new PickleBytes(-1).Op("I1\n"u8), "does not begin with a protocol from 2 to 5"),
        Case("protocol 6", new PickleBytes(6).Op('N'), "does not begin with a protocol from 2 to 5"),
        Case("endless name", new PickleBytes().Op('c').Op(Enumerable.Repeat((byte)'a', 5000).ToArray()), "does not end within 1000 bytes"),
    ];

    [TestCaseSource(nameof(Calls))]
    [TestCaseSource(nameof(Bombs))]
    public void Parse_HostilePickle_IsRefused(byte[] pickle, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        TorchCheckpointTests.Refuses(TorchBytes.Of(pickle), message);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1L << 30));
        Assert.That(File.Exists(Marker), Is.False);
    }

    [Test]
    public void Parse_PickleThatDoesNotEnd_IsRefused()
    {
        byte[] whole = new PickleBytes().Op('}').Text("x").Tensor("0", "FloatStorage", 1, [1], [1]).Op('s').Stop();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.Throws<CheckpointFormatException>(() =>
                TorchCheckpoint.Parse(TorchBytes.Of(cut, [new("0", new byte[4])]), "file"), $"{length}");
        }

        TorchCheckpointTests.Refuses(TorchBytes.Of([.. whole, (byte)'N'], [new("0", new byte[4])]), "1 bytes follow its end");
    }

    [Test]
    public void Parse_ValuesThatHoldThemselves_DoNoHarm()
    {
        // A list and a dictionary that hold themselves, beside of a model.
        byte[] pickle = new PickleBytes().Op('}').Op((byte)'q', 0).Op('(')
            .Text("loop").Op(']').Op((byte)'q', 1).Op((byte)'h', 1).Op('a').Text("self").Op((byte)'h', 0)
            .Text("args").Op((byte)'h', 0)
            .Text("state_dict").Op('}').Text("x").Tensor("0", "FloatStorage", 1, [1], [1]).Op('s').Op('u').Stop();
        TorchCheckpoint read = TorchCheckpoint.Parse(TorchBytes.Of(pickle, [new("0", new byte[4])]), "file");
        Assert.That(read.State.Names, Is.EqualTo(new[] { "x" }));

        byte[] itself = new PickleBytes().Op('}').Op((byte)'q', 0).Text("state_dict").Op((byte)'h', 0).Op('s').Stop();
        TorchCheckpointTests.Refuses(TorchBytes.Of(itself), "'state_dict' is no tensor");
    }

    private static TestCaseData Case(string name, PickleBytes pickle, string message) =>
        new TestCaseData(pickle.Stop(), message).SetArgDisplayNames(name);

    private static PickleBytes Repeat(PickleBytes pickle, int times, Func<PickleBytes, int, PickleBytes> step)
    {
        for (int i = 0; i < times; i++)
        {
            pickle = step(pickle, i);
        }

        return pickle;
    }

    // A list of a thousand, and then a list of a thousand of those, appended without end.
    private static PickleBytes Doubling()
    {
        PickleBytes pickle = Repeat(new PickleBytes().Op('N').Op((byte)'q', 0).Op(']', '('), 1000, (p, _) => p.Op((byte)'h', 0)).Op('e');
        return Repeat(pickle, 5000, (p, _) => Repeat(p.Op('('), 1000, (q, _) => q.Op((byte)'h', 0)).Op('e'));
    }

    // A list that is copied by a short call, again and again.
    private static PickleBytes Copies()
    {
        PickleBytes pickle = new PickleBytes().Global("builtins", "list").Op((byte)'q', 1).Op('N').Op((byte)'q', 0).Op('0', ']').Op('(');
        pickle = Repeat(pickle, 100_000, (p, _) => p.Op((byte)'h', 0)).Op('e').Op((byte)'q', 2);
        return Repeat(pickle, 1000, (p, _) => p.Op((byte)'h', 1).Op((byte)'h', 2).Op((byte)0x85).Op('R'));
    }

    private static PickleBytes EncodeBomb()
    {
        PickleBytes pickle = new PickleBytes().Global("_codecs", "encode").Op((byte)'q', 1)
            .Text(new string('x', 1 << 20)).Text("latin1").Op((byte)0x86).Op((byte)'q', 2);
        return Repeat(pickle, 1000, (p, _) => p.Op((byte)'h', 1).Op((byte)'h', 2).Op('R'));
    }
}
