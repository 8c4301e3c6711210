using System.Buffers.Binary;
using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
public sealed class SafetensorsMalformedTests
{
    private const string Good =
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";

    [Test]
    public void Parse_Good_HasBothTensors()
    {
        using SafetensorsFile file = SafetensorsFile.Parse(SafetensorsBytes.From(Good, 11), "good");
        Assert.That(file.Entries.Keys, Is.EqualTo(new[] { "a", "b" }));
    }

    [TestCase("{}", 0)]
    [TestCase("{}      ", 0)]
    [TestCase("""{"__metadata__":{}}""", 0)]
    [TestCase("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 5)]
    [TestCase("""{"e":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4)]
    public void Parse_UnusualButRight_IsAccepted(string header, int data)
    {
        Assert.That(() => SafetensorsFile.Parse(SafetensorsBytes.From(header, data), "f"), Throws.Nothing);
    }

    [TestCase("", 0, "does not start with '{'")]
    [TestCase("[]", 0, "does not start with '{'")]
    [TestCase(" {}", 0, "does not start with '{'")]
    [TestCase("{", 0, "not valid JSON")]
    [TestCase("{}x", 0, "not valid JSON")]
    [TestCase("{} {}", 0, "not valid JSON")]
    [TestCase("""{"a":1}""", 0, "is not an object")]
    [TestCase("""{"a":{}}""", 0, "has no dtype")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "has no data_offsets")]
    [TestCase("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "has no shape")]
    [TestCase("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'F99'; known are F64, F32")]
    [TestCase("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'f32'")]
    [TestCase("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "a dtype that is not text")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "something else than whole numbers")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "something else than whole numbers")]
    [TestCase("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "something else than whole numbers")]
    [TestCase("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "something else than whole numbers")]
    [TestCase("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "not a list")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "something else than whole numbers")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "begin <= end")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "begin <= end")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes, but its data_offsets [0, 4] hold 4")]
    [TestCase("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "more than 2^63 - 1 bytes")]
    [TestCase("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0, "more than 2^63 - 1 bytes")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1}}""", 4, "unknown field 'extra'")]
    [TestCase("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "the field dtype twice")]
    [TestCase("""{"__metadata__":{"k":1}}""", 0, "not text under 'k'")]
    [TestCase("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "the key 'k' twice")]
    [TestCase("""{"__metadata__":{},"__metadata__":{}}""", 0, "listed twice")]
    [TestCase("""{"__metadata__":"x"}""", 0, "is not an object")]
    [TestCase("""{"\ud800":{}}""", 0, "not valid JSON")]
    public void Parse_BadHeader_SaysWhatIsWrong(string header, int data, string expected)
    {
        AssertFails(SafetensorsBytes.From(header, data), expected);
    }

    [TestCase("[0,4]", "[0,4]", 8, "'b' at byte 0 overlaps the tensor before it; it must begin at byte 4")]
    [TestCase("[0,4]", "[2,6]", 6, "'b' at byte 2 overlaps the tensor before it; it must begin at byte 4")]
    [TestCase("[0,4]", "[5,9]", 9, "'b' at byte 5 leaves a gap behind the tensor before it; it must begin at byte 4")]
    [TestCase("[4,8]", "[8,12]", 12, "'a' at byte 4 leaves a gap")]
    [TestCase("[0,4]", "[4,8]", 7, "the file is truncated: the tensors need 8 bytes after the header, the file has 7")]
    [TestCase("[0,4]", "[4,8]", 9, "bytes that belong to no tensor")]
    public void Parse_BadCoverage_SaysWhere(string a, string b, int data, string expected)
    {
        const string Start = """{"dtype":"F32","shape":[1],"data_offsets":""";
        string header = "{\"a\":" + Start + a + "},\"b\":" + Start + b + "}}";
        AssertFails(SafetensorsBytes.From(header, data), expected);
    }

    [Test]
    public void Parse_SameNameTwice_IsAnError()
    {
        const string Entry = """{"dtype":"F32","shape":[0],"data_offsets":[0,0]}""";
        AssertFails(SafetensorsBytes.From($$"""{"a":{{Entry}},"\u0061":{{Entry}}}""", 0), "tensor 'a' is listed twice");
    }

    [Test]
    public void Parse_EveryTruncation_IsAFormatError()
    {
        byte[] whole = SafetensorsBytes.From(Good, 11);
        for (int length = 0; length < whole.Length; length++)
        {
            AssertFails(whole[..length], "bytes");
        }
    }

    [TestCase(100_000_001UL, "at most 100000000 are allowed")]
    [TestCase(ulong.MaxValue, "at most 100000000 are allowed")]
    [TestCase(99_999_999UL, "truncated or not a safetensors file")]
    public void Parse_HugeHeaderLength_FailsWithoutAllocating(ulong length, string expected)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        AssertFails(bytes, expected);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertFails(bytes, expected);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Parse_InvalidUtf8_IsAFormatError()
    {
        AssertFails(SafetensorsBytes.From([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)'}'], []), "not valid UTF-8");
    }

    [Test]
    public void Parse_NameWithLineEnds_KeepsTheMessageOnOneLine()
    {
        string header = """{"a\nb":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}""";
        AssertFails(SafetensorsBytes.From(header, 3), @"tensor 'a\u000ab' of shape [1] and dtype F32 needs 4 bytes");
    }

    [Test]
    public void Parse_DeepNesting_IsAFormatError()
    {
        AssertFails(SafetensorsBytes.From("{\"a\":" + new string('[', 100_000), 0), "is not an object");
        AssertFails(SafetensorsBytes.From("{\"a\":{\"shape\":[" + new string('[', 100_000), 0), "something else than whole numbers");
    }

    private static void AssertFails(byte[] file, string expected)
    {
        CheckpointFormatException? e = Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Parse(file, "bad.safetensors"));
        Assert.That(e!.Message, Does.StartWith("bad.safetensors: ").And.Contains(expected).And.Not.Contains("\n"));
    }
}
