using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace Ctm.Tests.Repository;

/// <summary>Project references point down only, and the embeddable libraries stay light.</summary>
[TestFixture]
internal sealed class DependencyTests
{
    private static readonly string[] Projects = [.. RepositoryFiles.All()
        .Where(path => path.StartsWith("Ctm.", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(path => Path.GetFileNameWithoutExtension(path)!)
        .Order()];

    [TestCase("Ctm.Kernels")]
    [TestCase("Ctm.Engine", "Ctm.Kernels")]
    [TestCase("Ctm.Tasks", "Ctm.Engine")]
    [TestCase("Ctm.Cli", "Ctm.Tasks")]
    public void ProductProject_References_ExactlyTheOneBelow(string project, params string[] below)
    {
        Assert.That(ReferencesOf(project), Is.EquivalentTo(below));
    }

    [TestCaseSource(nameof(Projects))]
    public void Project_References_NeitherTestsNorBenchmarks(string project)
    {
        Assert.That(ReferencesOf(project), Has.None.EqualTo("Ctm.Tests").And.None.EqualTo("Ctm.Benchmarks"));
    }

    [TestCaseSource(nameof(Projects))]
    public void Project_InTheRepository_IsInTheSolution(string project)
    {
        Assert.That(RepositoryFiles.Read("Ctm.sln"), Does.Contain($"\"{project}\", \"{project}\\{project}.csproj\""));
    }

    [TestCase("Ctm.Kernels")]
    [TestCase("Ctm.Engine")]
    public void EmbeddableLibrary_Packages_AreOnTheAllowedList(string project)
    {
        var shipped = Load(project).Descendants("PackageReference")
            .Where(package => (string?)package.Attribute("PrivateAssets") != "all")
            .Select(package => (string)package.Attribute("Include")!);

        const string allowed = @"^(ILGPU|ILGPU\.Algorithms|System\.Numerics\.Tensors|Microsoft\.Extensions\..*\.Abstractions)$";
        Assert.That(shipped, Is.All.Matches(allowed));
    }

    [TestCaseSource(nameof(Projects))]
    public void Project_PackageVersions_AreCentral(string project)
    {
        var pinned = Load(project).Descendants("PackageReference")
            .Where(package => package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null);

        Assert.That(pinned, Is.Empty);
    }

    private static IEnumerable<string> ReferencesOf(string project)
    {
        return Load(project).Descendants("ProjectReference")
            .Select(reference => Regex.Match((string)reference.Attribute("Include")!, @"([^/\\]+)\.csproj$").Groups[1].Value);
    }

    private static XDocument Load(string project)
    {
        return XDocument.Parse(RepositoryFiles.Read($"{project}/{project}.csproj"));
    }
}
