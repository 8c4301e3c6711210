using Ctm.Engine.Files;
using Ctm.Engine.Files.PyTorch;

namespace Ctm.Tests.Engine.Files.PyTorch;

[TestFixture]
internal sealed class ZipDirectoryTests
{
    private static readonly byte[] Pickle = new PickleBytes().Op('}').Text("x").Tensor("0", "FloatStorage", 64, [64], [1]).Op('s').Stop();

    private static IEnumerable<TestCaseData> Falsehoods =>
    [
        Case("overlap", e => e[1].Offset = e[0].Offset, "does not begin where the directory says"),
        Case("two entries in one place", e => (e[1].Offset, e[1].Name) = (e[0].Offset, e[0].Name), "stands twice"),
        Case("longer than the next", e => e[0].Compressed = e[0].Size = e[0].Size + 8, "overlap"),
        Case("beyond the directory", e => e[^1].Compressed = e[^1].Size = 100_000, "reaches beyond the entries"),
        Case("outside of the file", e => e[1].Offset = 1 << 30, "begins at byte 1073741824"),
        Case("stored, with two sizes", e => e[1].Size++, "has 256 bytes for 257"),
        Case("another checksum", e => e[1].Crc ^= 1, "another checksum"),
        Case("encrypted", e => e[1].Flags = 1, "is encrypted or compressed by method 0"),
        Case("another method", e => e[1].Method = 12, "compressed by method 12"),
        Case("not compressed by deflate", e => e[1].Method = 8, "zip entry 'model/data/0' "),
        Case("another name", e => e[1].Name = "model/data/1"u8.ToArray(), "does not begin where the directory says"),
    ];

    [TestCaseSource(nameof(Falsehoods))]
    public void Read_FalsifiedDirectory_IsRefused(Action<IReadOnlyList<ZipBytes.Entry>> falsify, string message)
    {
        foreach (bool wide in new[] { false, true })
        {
            ZipBytes zip = Whole();
            falsify(zip.Entries);
            TorchCheckpointTests.Refuses(zip.ToArray(wide), message);
        }
    }

    [Test]
    public void Read_WholeFile_IsAcceptedAndEveryCutOfItRefused()
    {
        foreach (bool wide in new[] { false, true })
        {
            byte[] whole = Whole().ToArray(wide);
            Assert.That(TorchCheckpoint.Parse(whole, "file").State["x"].Length, Is.EqualTo(64));
            for (int length = 0; length < whole.Length; length++)
            {
                byte[] cut = whole[..length];
                Assert.Throws<CheckpointFormatException>(() => TorchCheckpoint.Parse(cut, "file"), $"{length}");
            }
        }
    }

    [Test]
    public void Read_ZipBombs_AreRefusedBeforeTheyUnpack()
    {
        var bomb = new ZipBytes();
        bomb.Add("model/data.pkl", Pickle);
        bomb.Add("model/data/0", new byte[64 << 20], deflate: true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TorchCheckpointTests.Refuses(bomb.ToArray(), "would unpack to more than");

        // One that lies about its size.
        bomb.Entries[1].Size = 256;
        TorchCheckpointTests.Refuses(bomb.ToArray(), "does not unpack to the 256 bytes that the directory says");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20));
    }

    [Test]
    public void Read_NoOrSeveralPickles_IsRefused()
    {
        var none = new ZipBytes();
        none.Add("model/other.pkl", Pickle);
        TorchCheckpointTests.Refuses(none.ToArray(), "has 0 entries NAME/data.pkl");
        ZipBytes two = Whole();
        two.Add("other/data.pkl", Pickle);
        TorchCheckpointTests.Refuses(two.ToArray(), "has 2 entries NAME/data.pkl");
        var empty = new ZipBytes();
        empty.Add("model/data.pkl", Pickle);
        TorchCheckpointTests.Refuses(empty.ToArray(), "has no entry 'model/data/0'");
        TorchCheckpointTests.Refuses(TorchBytes.Of(Pickle, byteOrder: "middle"), "neither little nor big");
    }

    private static TestCaseData Case(string name, Action<IReadOnlyList<ZipBytes.Entry>> falsify, string message) =>
        new TestCaseData(falsify, message).SetArgDisplayNames(name);

    private static ZipBytes Whole()
    {
        var zip = new ZipBytes();
        zip.Add("model/data.pkl", Pickle);
        zip.Add("model/data/0", new byte[256]);
        zip.Add("model/version", "3\n"u8);
        return zip;
    }
}
