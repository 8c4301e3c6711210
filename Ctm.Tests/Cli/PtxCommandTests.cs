using Ctm.Kernels.Catalogue;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Cli;

internal sealed class PtxCommandTests
{
    // One of the architectures: the rules compile all kernels for both.
    [Test]
    public void Ptx_NewFolder_HoldsOneFileAKernel()
    {
        const string architecture = "sm_80";
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "deeper", "ptx");
        CliRun run = CliRun.Of("ptx", "--arch", architecture, "--out", path);

        Assert.That(run.Code, Is.Zero, run.Error);
        string[] names = [.. KernelCatalogue.Entries().Select(entry => entry.Name)];
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.StartWith($"wrote {names.Length} kernels for {architecture} to {path}"));
            Assert.That(Directory.GetFiles(path).Select(Path.GetFileNameWithoutExtension), Is.EquivalentTo(names));
            Assert.That(
                Directory.GetFiles(path).Select(File.ReadAllText), Has.All.Contain(".version 7.8").And.All.Contain(".visible .entry "));
        });
        Assert.That(CliRun.Of("ptx", "--arch", architecture, "--out", path).Code, Is.Zero, "The same folder again.");
    }

    [Test]
    public void Ptx_UnknownArchitecture_SaysWhichThereAre()
    {
        using var folder = new TemporaryFolder();
        CliRun run = CliRun.Of("ptx", "--arch", "sm_10", "--out", Path.Combine(folder.Path, "ptx"));

        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(2));
            Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
            Assert.That(run.Error, Does.Contain("no architecture 'sm_10': --arch takes sm_70").And.Contain("sm_90"));
            Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
        });
    }

    [Test]
    public void Ptx_FolderWithOtherFiles_IsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "mine.ptx"), "precious");
        string[] before = CliRun.Snapshot(folder.Path);
        CliRun run = CliRun.Of("ptx", "--arch", "sm_90", "--out", folder.Path);

        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("holds 'mine.ptx'"));
            Assert.That(CliRun.Snapshot(folder.Path), Is.EqualTo(before));
        });
    }
}
