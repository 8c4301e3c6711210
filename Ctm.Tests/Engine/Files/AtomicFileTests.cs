using System.Text;
using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
public sealed class AtomicFileTests
{
    [Test]
    public void Write_NewAndExisting_HoldsTheNewContentOnly()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a.txt"], "one");
        Assert.That(File.ReadAllBytes(folder["a.txt"]), Is.EqualTo("one"u8.ToArray()));
        AtomicFile.WriteText(folder["a.txt"], "zwei: ü");
        Assert.That(File.ReadAllText(folder["a.txt"], Encoding.UTF8), Is.EqualTo("zwei: ü"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void Write_WriterThrows_OldFileStaysAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.txt"], "old");
        Assert.That(
            () => AtomicFile.Write(folder["a.txt"], s =>
            {
                s.Write(new byte[1_000_000]);
                throw new InvalidDataException("stop");
            }),
            Throws.TypeOf<InvalidDataException>());
        Assert.That(File.ReadAllText(folder["a.txt"]), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void Write_RenameFails_TemporaryFileIsRemoved()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a.txt"]);
        Assert.That(() =>
            AtomicFile.WriteText(folder["a.txt"], "x"), Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void Write_AnotherWriterIsBusy_LeavesItsFileAlone()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(folder["a.txt"], s =>
        {
            s.Write("first"u8);
            Assert.That(() => AtomicFile.WriteText(folder["a.txt"], "second"), Throws.InstanceOf<IOException>());
        });
        Assert.That(File.ReadAllText(folder["a.txt"]), Is.EqualTo("first"));
    }

    [Test]
    public void Write_CrashWhileWritingOrBeforeRename_OldFileIsWholeAndTheNextWriteWorks()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["live"]);
        string path = Path.Combine(folder["live"], "a.txt");
        AtomicFile.WriteText(path, "old");
        AtomicFile.Write(
            path,
            s =>
            {
                s.Write("new, half"u8);
                s.Flush();
                Assert.That(File.Exists(path + AtomicFile.TemporarySuffix));
                Directory.CreateDirectory(folder["crash1"]);
                File.Copy(path, Path.Combine(folder["crash1"], "a.txt"));
                File.WriteAllText(Path.Combine(folder["crash1"], "a.txt" + AtomicFile.TemporarySuffix), "new, half");
                s.Write(" and whole"u8);
            },
            () => TemporaryFolder.Copy(folder["live"], folder["crash2"]));
        Assert.That(File.ReadAllText(path), Is.EqualTo("new, half and whole"));
        foreach (string crash in new[] { folder["crash1"], folder["crash2"] })
        {
            string crashed = Path.Combine(crash, "a.txt");
            Assert.That(File.ReadAllText(crashed), Is.EqualTo("old"));
            Assert.That(File.Exists(crashed + AtomicFile.TemporarySuffix));
            AtomicFile.WriteText(crashed, "next");
            Assert.That(File.ReadAllText(crashed), Is.EqualTo("next"));
            Assert.That(Directory.GetFileSystemEntries(crash), Has.Length.EqualTo(1));
        }
    }
}
