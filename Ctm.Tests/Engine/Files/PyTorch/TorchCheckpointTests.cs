using System.Buffers.Binary;
using Ctm.Engine.Files;
using Ctm.Engine.Files.PyTorch;

namespace Ctm.Tests.Engine.Files.PyTorch;

[TestFixture]
internal sealed class TorchCheckpointTests
{
    private static readonly float[] Values = [0f, 1f, -2.5f, 3f, 0.1f, 5f, 6f, 7f, 8f, 9f, 10f, 11f];

    private static IEnumerable<TestCaseData> FloatTypes =>
    [
        new("FloatStorage", 4, (Action<Span<byte>, float>)BinaryPrimitives.WriteSingleLittleEndian, (Func<float, float>)(v => v)),
        new("DoubleStorage", 8, (Action<Span<byte>, float>)((b, v) => BinaryPrimitives.WriteDoubleLittleEndian(b, v + 1e-12)),
            (Func<float, float>)(v => (float)(v + 1e-12))),
        new("HalfStorage", 2, (Action<Span<byte>, float>)((b, v) => BinaryPrimitives.WriteHalfLittleEndian(b, (Half)v)),
            (Func<float, float>)(v => (float)(Half)v)),
        new("BFloat16Storage", 2,
            (Action<Span<byte>, float>)((b, v) =>
                BinaryPrimitives.WriteUInt16LittleEndian(b, (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))),
            (Func<float, float>)(v => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(v) & 0xFFFF0000))),
    ];

    [TestCaseSource(nameof(FloatTypes))]
    public void Parse_FloatStorages_BecomeFloat32InEitherByteOrder(
        string storage, int size, Action<Span<byte>, float> write, Func<float, float> expected)
    {
        byte[] bytes = new byte[Values.Length * size];
        for (int i = 0; i < Values.Length; i++)
        {
            write(bytes.AsSpan(i * size, size), Values[i]);
        }

        foreach (bool deflate in new[] { false, true })
        {
            StateTensor little = Only(
                TorchBytes.OneTensor(storage, bytes, Values.Length, [3, 4], [4, 1], deflate: deflate, byteOrder: "little"));
            Assert.That(little.Singles, Is.EqualTo(Values.Select(expected)));
            Assert.That(little.Shape, Is.EqualTo(new long[] { 3, 4 }));
        }

        byte[] swapped = [.. bytes.Chunk(size).SelectMany(element => element.Reverse())];
        Assert.That(
            Only(TorchBytes.OneTensor(storage, swapped, Values.Length, [12], [1], byteOrder: "big"))
                .Singles, Is.EqualTo(Values.Select(expected)));
    }

    [TestCase("LongStorage", 8, -3L)]
    [TestCase("IntStorage", 4, -3L)]
    [TestCase("ShortStorage", 2, -3L)]
    [TestCase("CharStorage", 1, -3L)]
    [TestCase("ByteStorage", 1, 253L)]
    public void Parse_IntegerStorages_Become64Bit(string storage, int size, long expected)
    {
        byte[] minusThree = [.. BitConverter.GetBytes(-3L).Take(size)];
        byte[] seven = [.. BitConverter.GetBytes(7L).Take(size)];

        Assert.That(Only(TorchBytes.OneTensor(storage, [.. minusThree, .. seven], 2, [2], [1]))
            .Integers, Is.EqualTo(new[] { expected, 7L }));
    }

    [Test]
    public void Parse_Booleans_MustBeZeroOrOne()
    {
        Assert.That(Only(TorchBytes.OneTensor("BoolStorage", [1, 0, 1], 3, [3], [1])).Booleans, Is.EqualTo(new[] { true, false, true }));
        Refuses(TorchBytes.OneTensor("BoolStorage", [1, 2, 1], 3, [3], [1]), "tensor 'x' holds the byte 2; only 0 and 1 are allowed");
    }

    [Test]
    public void Parse_StridesAndOffsets_AreHonoured()
    {
        byte[] bytes = [.. Values.SelectMany(BitConverter.GetBytes)];
        StateTensor transposed = Only(TorchBytes.OneTensor("FloatStorage", bytes, 12, [4, 3], [1, 4]));
        Assert.That(transposed.Singles, Is.EqualTo(Enumerable.Range(0, 12).Select(i => Values[(i % 3 * 4) + (i / 3)])));
        Assert.That(Only(TorchBytes.OneTensor("FloatStorage", bytes, 12, [3, 2], [4, 2], offset: 1)).Singles,
            Is.EqualTo(new[] { Values[1], Values[3], Values[5], Values[7], Values[9], Values[11] }));
        Assert.That(Only(TorchBytes.OneTensor("FloatStorage", bytes, 12, [2, 3], [0, 1], offset: 9)).Singles,
            Is.EqualTo(new[] { Values[9], Values[10], Values[11], Values[9], Values[10], Values[11] }));
        Assert.That(Only(TorchBytes.OneTensor("FloatStorage", bytes, 12, [], [], offset: 2)).Singles, Is.EqualTo(new[] { -2.5f }));
        Assert.That(Only(TorchBytes.OneTensor("FloatStorage", bytes, 12, [0, 7], [7, 1])).Shape, Is.EqualTo(new long[] { 0, 7 }));
    }

    [TestCase(12, new long[] { 13 }, new long[] { 1 }, 0, "reaches to element 12 of a storage of 12")]
    [TestCase(12, new long[] { 12 }, new long[] { 1 }, 1, "reaches to element 12 of a storage of 12")]
    [TestCase(12, new long[] { 2, 2 }, new long[] { 11, 1 }, 0, "reaches to element 12 of a storage of 12")]
    [TestCase(12, new long[] { 2 }, new long[] { long.MaxValue }, 1, "more than 2^63 - 1")]
    [TestCase(12, new long[] { long.MaxValue, 4 }, new long[] { 0, 0 }, 0, "more than 2^63 - 1")]
    [TestCase(12, new long[] { 1 << 20, 1 << 20 }, new long[] { 0, 0 }, 0, "repeats the numbers of the file too often")]
    [TestCase(12, new long[] { 3, 4 }, new long[] { 1 }, 0, "do not go together")]
    [TestCase(12, new long[] { 3 }, new long[] { -1 }, 2, "numbers of 0 or more")]
    [TestCase(12, new long[] { 3 }, new long[] { 1 }, -1, "do not go together")]
    [TestCase(13, new long[] { 3 }, new long[] { 1 }, 0, "has 48 bytes; 13 numbers of 4 bytes should be there")]
    [TestCase(11, new long[] { 3 }, new long[] { 1 }, 0, "has 48 bytes; 11 numbers of 4 bytes should be there")]
    public void Parse_TensorsOutsideOfTheirStorage_AreRefused(int count, long[] shape, long[] strides, long offset, string message)
    {
        Refuses(TorchBytes.OneTensor("FloatStorage", new byte[48], count, shape, strides, offset), message);
    }

    [Test]
    public void Parse_SharedStorages_BecomeAliases()
    {
        byte[] pickle = new PickleBytes().Op('}', '(')
            .Text("left").Tensor("0", "LongStorage", 3, [3], [1])
            .Text("part").Tensor("0", "LongStorage", 3, [2], [1], offset: 1)
            .Text("right").Tensor("0", "LongStorage", 3, [3], [1])
            .Op('u').Stop();
        byte[] bytes = [.. new long[] { 4, 5, 6 }.SelectMany(BitConverter.GetBytes)];

        StateDictionary state = TorchCheckpoint.Parse(TorchBytes.Of(pickle, [new("0", bytes)], wide: true), "file").State;

        Assert.That(state.Names, Is.EqualTo(new[] { "left", "part", "right" }));
        Assert.That(state.Aliases, Is.EqualTo(new Dictionary<string, string> { ["right"] = "left" }));
        Assert.That(state["right"].Integers, Is.EqualTo(new long[] { 4, 5, 6 }));
        Assert.That(state["part"].Integers, Is.EqualTo(new long[] { 5, 6 }));
    }

    [TestCase("model_state_dict", "_orig_mod.a.weight", "a.weight")]
    [TestCase("state_dict", "module.a._orig_mod.weight", "a.weight")]
    [TestCase(null, "_orig_mod.module.a.0.module", "a.0.module")]
    public void Parse_StateUnderEitherKeyOrBare_LosesWrapperNames(string? key, string written, string expected)
    {
        var state = new StateDictionary();
        state.Add("t", [2], [1f, 2f]);

        TorchCheckpoint read = TorchCheckpoint.Parse(TorchBytes.Checkpoint(state, null, key, _ => written), "file");

        Assert.That(read.State.Names, Is.EqualTo(new[] { expected }));
        Assert.That(read.State[expected].Singles, Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(read.Arguments, Is.Null);
    }

    [Test]
    public void Parse_WrappedAndBareNameOfOneTensor_IsRefused()
    {
        var state = new StateDictionary();
        state.Add("a", [1], [1f]);
        state.Add("b", [1], [1f]);
        Refuses(TorchBytes.Checkpoint(state, null, rename: n => n == "a" ? "w" : "_orig_mod.w"), "the tensor 'w' is there twice");
    }

    [Test]
    public void Parse_Settings_KeepsWhatIsPlain()
    {
        var state = new StateDictionary();
        state.Add("t", [1], [1f]);
        KeyValuePair<string, object?>[] settings =
            [new("n", 5), new("rate", 0.5), new("name", "x"), new("none", null), new("on", true), new("list", new object?[] { 1, 2 })];

        IReadOnlyDictionary<string, System.Text.Json.Nodes.JsonNode?> read =
            TorchCheckpoint.Parse(TorchBytes.Checkpoint(state, settings), "file").Arguments!;

        Assert.That(read.Select(p => $"{p.Key}={p.Value?.ToJsonString()}"), Is.EqualTo(
            new[] { "n=5", "rate=0.5", "name=\"x\"", "none=", "on=true", "list=[1,2]" }));
    }

    [Test]
    public void Parse_OlderAndOtherFiles_AreNamedInOneLine()
    {
        Refuses([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'], "as PyTorch wrote before 1.6");
        Refuses("GIF89a"u8.ToArray(), "the file is no zip file");
        Refuses([], "the file has 0 bytes");
        Refuses(TorchBytes.Of(new PickleBytes().Op('N').Stop()), "holds no dictionary");
        Refuses(TorchBytes.Of(new PickleBytes().Op('}').Text("iteration").Number(3).Op('s').Stop()), "'iteration' is no tensor");
        Refuses(TorchBytes.Of(new PickleBytes().Op('}').Text("state_dict").Number(3).Op('s').Stop()), "state_dict is no dictionary");
        Refuses(TorchBytes.Of(new PickleBytes().Op('}').Stop()), "a model without tensors");
        var program = new ZipBytes();
        program.Add("m/data.pkl", new PickleBytes().Op('}').Stop());
        program.Add("m/constants.pkl", new PickleBytes().Op('}').Stop());
        Refuses(program.ToArray(), "TorchScript");
    }

    internal static void Refuses(byte[] file, string message)
    {
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => TorchCheckpoint.Parse(file, "file"))!;
        Assert.That(e.Message, Does.StartWith("file: ").And.Contain(message));
        Assert.That(e.Message.AsSpan().IndexOfAny('\n', '\r'), Is.Negative);
    }

    private static StateTensor Only(byte[] file) => TorchCheckpoint.Parse(file, "file").State["x"];
}
