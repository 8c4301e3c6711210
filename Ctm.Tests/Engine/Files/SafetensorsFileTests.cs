using System.Runtime.InteropServices;
using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
public sealed class SafetensorsFileTests
{
    private static readonly float[] Awkward = [0f, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, -1.5f, float.MaxValue, 1f / 3f];

    [Test]
    public void Save_AllKinds_ReadsBackBitEqual()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        float[] big = new float[40_000];
        random.NextBytes(MemoryMarshal.AsBytes(big.AsSpan()));
        double[] doubles = [Math.PI, double.NegativeInfinity, -0.0];
        long[] longs = [long.MinValue, -1, 0, long.MaxValue];
        SafetensorsWriter.Save(
            folder["a.safetensors"],
            [
                SafetensorsTensor.Booleans("flags", [3], new[] { true, false, true }),
                SafetensorsTensor.Singles("awkward", [2, 4], Awkward),
                SafetensorsTensor.Singles("big", [200, 200], () => big),
                SafetensorsTensor.Doubles("doubles", [3], doubles),
                SafetensorsTensor.Int64("longs", [2, 2], longs),
                SafetensorsTensor.Singles("scalar", [], new[] { 7f }),
                SafetensorsTensor.Singles("empty", [0, 5], Array.Empty<float>()),
            ],
            [new("format", "pt"), new("näme \"quoted\"\n", "värde\t\u2028")]);

        using SafetensorsFile file = SafetensorsFile.Open(folder["a.safetensors"]);
        Assert.That(file.Entries.Keys, Is.EqualTo(new[] { "flags", "awkward", "big", "doubles", "longs", "scalar", "empty" }));
        Assert.That(
            file.ReadSingles("awkward").Select(BitConverter.SingleToUInt32Bits),
            Is.EqualTo(Awkward.Select(BitConverter.SingleToUInt32Bits)));
        Assert.That(
            file.ReadSingles("big").Select(BitConverter.SingleToUInt32Bits).SequenceEqual(big.Select(BitConverter.SingleToUInt32Bits)));
        Assert.That(
            file.ReadDoubles("doubles").Select(BitConverter.DoubleToUInt64Bits),
            Is.EqualTo(doubles.Select(BitConverter.DoubleToUInt64Bits)));
        Assert.That(file.ReadInt64("longs"), Is.EqualTo(longs));
        Assert.That(file.ReadBooleans("flags"), Is.EqualTo(new[] { true, false, true }));
        Assert.That(file.ReadSingles("scalar"), Is.EqualTo(new[] { 7f }));
        Assert.That(file.Entries["scalar"].Shape, Is.Empty);
        Assert.That(file.ReadSingles("empty"), Is.Empty);
        Assert.That(file.Entries["empty"].Shape, Is.EqualTo(new long[] { 0, 5 }));
        Assert.That(file.Metadata["format"], Is.EqualTo("pt"));
        Assert.That(file.Metadata["näme \"quoted\"\n"], Is.EqualTo("värde\t\u2028"));
    }

    [Test]
    public void Write_ReadAndWrittenAgain_GivesTheSameBytes()
    {
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.Bytes("z", SafetensorsDType.U8, [3], new byte[] { 1, 2, 3 }),
            SafetensorsTensor.Singles("a", [2], new[] { 1f, 2f }),
            SafetensorsTensor.Bytes("half", SafetensorsDType.F16, [1], new byte[] { 0, 0x3C }),
        ];
        byte[] first = SafetensorsBytes.Written(tensors, [new("k", "v")]);
        using SafetensorsFile file = SafetensorsFile.Parse(first, "first");
        byte[] second = SafetensorsBytes.Written(
            file.Entries.Values.Select(e => SafetensorsTensor.Bytes(e.Name, e.DType, e.Shape, file.ReadBytes(e.Name))), file.Metadata);
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Write_MixedSizes_AlignsEveryTensorAndTheHeader()
    {
        byte[] bytes = SafetensorsBytes.Written(
        [
            SafetensorsTensor.Booleans("b", [1], new[] { true }),
            SafetensorsTensor.Singles("f", [1], new[] { 1f }),
            SafetensorsTensor.Int64("i", [1], new[] { 1L }),
        ]);
        Assert.That(BitConverter.ToUInt64(bytes) % 8, Is.Zero);
        using SafetensorsFile file = SafetensorsFile.Parse(bytes, "aligned");
        Assert.That(file.Entries.Values.Select(e => e.Offset), Is.EqualTo(new long[] { 12, 8, 0 }));
    }

    [TestCase(SafetensorsDType.F16, new byte[] { 0x00, 0x3C, 0x01, 0x00, 0x00, 0xFC }, new[] { 1f, 5.9604645e-8f, float.NegativeInfinity })]
    [TestCase(SafetensorsDType.BF16, new byte[] { 0x80, 0x3F, 0x49, 0x40, 0x80, 0xFF }, new[] { 1f, 3.140625f, float.NegativeInfinity })]
    public void ReadSingles_HalfPrecision_Converts(SafetensorsDType type, byte[] bytes, float[] expected)
    {
        using SafetensorsFile file =
            SafetensorsFile.Parse(SafetensorsBytes.Written([SafetensorsTensor.Bytes("x", type, [3], bytes)]), "half");
        Assert.That(file.ReadSingles("x"), Is.EqualTo(expected));
        Assert.That(file.ReadDoubles("x"), Is.EqualTo(expected.Select(v => (double)v)));
    }

    [Test]
    public void ReadSingles_F64_RoundsToNearest()
    {
        double[] values = [1.0 / 3.0, 1e300, 16777217.0];
        using SafetensorsFile file = SafetensorsFile.Parse(SafetensorsBytes.Written([SafetensorsTensor.Doubles("x", [3], values)]), "f64");
        Assert.That(file.ReadSingles("x"), Is.EqualTo(new[] { 1f / 3f, float.PositiveInfinity, 16777216f }));
    }

    [TestCase(SafetensorsDType.I8, new byte[] { 0xFE }, -2)]
    [TestCase(SafetensorsDType.U8, new byte[] { 0xFE }, 254)]
    [TestCase(SafetensorsDType.I16, new byte[] { 0xFE, 0xFF }, -2)]
    [TestCase(SafetensorsDType.U16, new byte[] { 0xFE, 0xFF }, 65534)]
    [TestCase(SafetensorsDType.I32, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, -2)]
    [TestCase(SafetensorsDType.U32, new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, 4294967294)]
    [TestCase(SafetensorsDType.U64, new byte[] { 0xFE, 0, 0, 0, 0, 0, 0, 0 }, 254)]
    public void ReadInt64_EveryWidth_Widens(SafetensorsDType type, byte[] bytes, long expected)
    {
        using SafetensorsFile file =
            SafetensorsFile.Parse(SafetensorsBytes.Written([SafetensorsTensor.Bytes("x", type, [1], bytes)]), "ints");
        Assert.That(file.ReadInt64("x"), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void Read_WrongNameTypeOrValue_IsAClearError()
    {
        byte[] bytes = SafetensorsBytes.Written(
        [
            SafetensorsTensor.Singles("weight", [1], new[] { 1f }),
            SafetensorsTensor.Bytes("flag", SafetensorsDType.Bool, [1], new byte[] { 2 }),
            SafetensorsTensor.Bytes("huge", SafetensorsDType.U64, [1], Enumerable.Repeat((byte)255, 8).ToArray()),
        ]);
        using SafetensorsFile file = SafetensorsFile.Parse(bytes, "m.safetensors");
        Assert.That(() => file.ReadSingles("wieght"), Throws.TypeOf<CheckpointFormatException>()
            .With.Message.EqualTo("m.safetensors: there is no tensor 'wieght'; the nearest name is 'weight'"));
        Assert.That(() => file.ReadInt64("weight"), Throws.TypeOf<CheckpointFormatException>()
            .With.Message.EqualTo("m.safetensors: tensor 'weight' has dtype F32; here it must be an integer type"));
        Assert.That(() => file.ReadBooleans("flag"), Throws.TypeOf<CheckpointFormatException>().With.Message.Contains("the byte 2"));
        Assert.That(() => file.ReadInt64("huge"), Throws.TypeOf<CheckpointFormatException>().With.Message.Contains("18446744073709551615"));
    }

    [Test]
    public void Write_BadTensors_IsAnArgumentErrorAndTheOldFileStays()
    {
        using var folder = new TemporaryFolder();
        string path = folder["a.safetensors"];
        File.WriteAllText(path, "old");
        SafetensorsTensor good = SafetensorsTensor.Singles("x", [1], new[] { 1f });
        SafetensorsTensor[][] bad =
        [
            [good, good],
            [SafetensorsTensor.Singles("__metadata__", [1], new[] { 1f })],
            [SafetensorsTensor.Singles("\uD800", [1], new[] { 1f })],
            [good, SafetensorsTensor.Singles("short", [3], new[] { 1f })],
        ];
        foreach (SafetensorsTensor[] tensors in bad)
        {
            Assert.That(() => SafetensorsWriter.Save(path, tensors), Throws.ArgumentException);
        }

        Assert.That(() => SafetensorsWriter.Save(path, [good], [new("k", "1"), new("k", "2")]), Throws.ArgumentException);
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.EqualTo(new[] { path }));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
    }

    [Test]
    public void Open_FileCutWhileOpen_IsAFormatError()
    {
        using var folder = new TemporaryFolder();
        string path = folder["a.safetensors"];
        SafetensorsWriter.Save(path, [SafetensorsTensor.Singles("x", [4], new[] { 1f, 2f, 3f, 4f })]);
        Assume.That(!OperatingSystem.IsWindows(), "Windows keeps writers away from an open file");
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.SetLength(writer.Length - 8);
        }

        Assert.That(
            () => file.ReadSingles("x"), Throws.TypeOf<CheckpointFormatException>().With.Message.Contains("cut after it was opened"));
    }

    [Test]
    public void Open_MissingFile_IsFileNotFound()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => SafetensorsFile.Open(folder["none.safetensors"]), Throws.TypeOf<FileNotFoundException>());
    }
}
