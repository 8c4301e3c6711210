using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
public sealed class AtomicDirectoryTests
{
    private static readonly string[] Parts = ["model.safetensors", "config.json", "state.json"];

    [Test]
    public void Replace_CrashAtEveryStep_LeavesOneCompleteVersion()
    {
        using var folder = new TemporaryFolder();
        AtomicDirectory.Replace(Live(folder), path => Fill(path, "old", null));
        var crashes = new List<string>();
        AtomicDirectory.Replace(
            Live(folder), path => Fill(path, "new", step => Snapshot(folder, crashes, step)), step => Snapshot(folder, crashes, step));

        Assert.That(crashes, Is.EqualTo(new[]
        {
            "created", "part 0", "part 1", "part 2", "filled", "flushed", "old moved away", "new in place", "old deleted",
        }));
        foreach (string crash in crashes)
        {
            string path = Path.Combine(folder["crash " + crash], "checkpoint");
            string expected = crash is "old moved away" or "new in place" or "old deleted" ? "new" : "old";
            Assert.That(Version(AtomicDirectory.Resolve(path)), Is.EqualTo(expected), "read after " + crash);
            AtomicDirectory.Recover(path);
            Assert.That(Version(path), Is.EqualTo(expected), "recovered after " + crash);
            Assert.That(Directory.GetFileSystemEntries(folder["crash " + crash]), Is.EqualTo(new[] { path }), crash);
        }
    }

    [Test]
    public void Replace_AfterEveryCrash_WritesTheNextVersion()
    {
        using var folder = new TemporaryFolder();
        AtomicDirectory.Replace(Live(folder), path => Fill(path, "old", null));
        var crashes = new List<string>();
        AtomicDirectory.Replace(
            Live(folder), path => Fill(path, "new", step => Snapshot(folder, crashes, step)), step => Snapshot(folder, crashes, step));
        foreach (string crash in crashes)
        {
            string path = Path.Combine(folder["crash " + crash], "checkpoint");
            AtomicDirectory.Replace(path, p => Fill(p, "third", null));
            Assert.That(Version(path), Is.EqualTo("third"), crash);
            Assert.That(Directory.GetFileSystemEntries(folder["crash " + crash]), Has.Length.EqualTo(1), crash);
        }
    }

    [Test]
    public void Replace_CrashWhileOldIsDeleted_ReadsTheNewVersion()
    {
        using var folder = new TemporaryFolder();
        Fill(Directory.CreateDirectory(Live(folder)).FullName, "new", null);
        Fill(Directory.CreateDirectory(Live(folder) + AtomicDirectory.OldSuffix).FullName, "old", null);
        File.Delete(Path.Combine(Live(folder) + AtomicDirectory.OldSuffix, Parts[1]));
        Assert.That(Version(AtomicDirectory.Resolve(Live(folder))), Is.EqualTo("new"));
        AtomicDirectory.Recover(Live(folder));
        Assert.That(Directory.GetFileSystemEntries(folder["live"]), Is.EqualTo(new[] { Live(folder) }));
    }

    [Test]
    public void Replace_FirstWriteCrashes_ThereIsNothingToRead()
    {
        using var folder = new TemporaryFolder();
        var crashes = new List<string>();
        Directory.CreateDirectory(folder["live"]);
        AtomicDirectory.Replace(
            Live(folder), path => Fill(path, "first", step => Snapshot(folder, crashes, step)), step => Snapshot(folder, crashes, step));
        foreach (string crash in crashes)
        {
            string path = Path.Combine(folder["crash " + crash], "checkpoint");
            string? expected = crash is "new in place" or "old deleted" ? "first" : null;
            Assert.That(AtomicDirectory.Resolve(path) is { } found ? Version(found) : null, Is.EqualTo(expected), crash);
        }
    }

    [Test]
    public void Replace_FillThrows_OldVersionStaysAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        AtomicDirectory.Replace(Live(folder), path => Fill(path, "old", null));
        Assert.That(
            () => AtomicDirectory.Replace(Live(folder), path =>
            {
                File.WriteAllText(Path.Combine(path, Parts[0]), "half");
                throw new InvalidDataException("stop");
            }),
            Throws.TypeOf<InvalidDataException>());
        Assert.That(Version(Live(folder)), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(folder["live"]), Has.Length.EqualTo(1));
    }

    [Test]
    public void Replace_MissingParent_IsAClearError()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            () => AtomicDirectory.Replace(Path.Combine(folder["none"], "checkpoint"), _ => { }),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("create it"));
    }

    [Test]
    public void Resolve_RelativePathWithSeparator_FindsTheFolder()
    {
        using var folder = new TemporaryFolder();
        AtomicDirectory.Replace(Live(folder) + Path.DirectorySeparatorChar, path => Fill(path, "old", null));
        Assert.That(AtomicDirectory.Resolve(Live(folder) + Path.DirectorySeparatorChar), Is.EqualTo(Live(folder)));
    }

    private static string Live(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["live"]);
        return Path.Combine(folder["live"], "checkpoint");
    }

    private static void Snapshot(TemporaryFolder folder, List<string> crashes, string step)
    {
        TemporaryFolder.Copy(folder["live"], folder["crash " + step]);
        crashes.Add(step);
    }

    private static void Fill(string path, string version, Action<string>? step)
    {
        for (int i = 0; i < Parts.Length; i++)
        {
            File.WriteAllText(Path.Combine(path, Parts[i]), version);
            step?.Invoke($"part {i}");
        }
    }

    private static string Version(string? path)
    {
        Assert.That(path, Is.Not.Null);
        string[] versions = [.. Parts.Select(p => File.ReadAllText(Path.Combine(path!, p))).Distinct()];
        Assert.That(versions, Has.Length.EqualTo(1), "the folder mixes versions");
        return versions[0];
    }
}
