using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Ctm.Tests.Repository;

/// <summary>Rules that every file of the repository keeps.</summary>
[TestFixture]
internal sealed class SourceFileTests
{
    private const int MaximumLines = 400;

    // Put together from pieces, so that this file passes its own test.
    private static readonly Regex MachinePath = new(@"(?<![\w.])/(?:wo" + "rk|ro" + @"ot|home/\w+)/|[A-Za-z]:\\Us" + @"ers\\");

    private static readonly string[] RegistryHosts =
        ["api.nu" + "get.org", "registry.npm" + "js.org", "py" + "pi.org", "files.python" + "hosted.org", "deb.deb" + "ian.org"];

    private static readonly string[] TextFiles = [.. RepositoryFiles.All().Where(IsText)];

    [Test]
    public void Source_EveryFile_HasAtMostFourHundredLines()
    {
        var tooLong = TextFiles.Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => (path, lines: File.ReadLines(Path.Combine(RepositoryFiles.Root, path)).Count()))
            .Where(file => file.lines > MaximumLines);

        Assert.That(TextFiles, Has.Some.EndsWith(".cs"));
        Assert.That(tooLong, Is.Empty, "Split these files by subject.");
    }

    [Test]
    public void File_Everywhere_NamesNoMachinePath()
    {
        var found = TextFiles.Where(path => MachinePath.IsMatch(RepositoryFiles.Read(path)));

        Assert.That(found, Is.Empty);
    }

    [Test]
    public void File_Everywhere_NamesNoPackageRegistry()
    {
        var found = TextFiles.Where(path => RegistryHosts.Any(RepositoryFiles.Read(path).Contains));

        Assert.That(found, Is.Empty);
    }

    [TestCase("see /wo" + "rk/data/x.bin", true)]
    [TestCase("\"/ro" + "ot/.cache\"", true)]
    [TestCase("C:\\Us" + "ers\\me", true)]
    [TestCase("net" + "work/data", false)]
    [TestCase("../wo" + "rk/data", false)]
    public void MachinePath_Sample_IsToldFromOtherText(string text, bool expected)
    {
        Assert.That(MachinePath.IsMatch(text), Is.EqualTo(expected));
    }

    private static bool IsText(string path)
    {
        using var stream = File.OpenRead(Path.Combine(RepositoryFiles.Root, path));
        var start = new byte[8192];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start.AsSpan(0, length).IndexOf((byte)0) < 0;
    }
}
