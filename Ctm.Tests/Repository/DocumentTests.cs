using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Ctm.Tests.Repository;

/// <summary>What the documents say to run and to read is there.</summary>
[TestFixture]
internal sealed partial class DocumentTests
{
    private static readonly string[] Documents =
        [.. RepositoryFiles.All().Where(path => path.EndsWith(".md", StringComparison.Ordinal)).Order()];

    [Test]
    public void Readme_Commands_AreTheTwoThatScriptsRelyOn()
    {
        var readme = RepositoryFiles.Read("README.md");

        Assert.That(readme, Does.Contain("dotnet run -c Release --project Ctm.Cli -- train maze"));
        Assert.That(readme, Does.Contain("dotnet test -c Release"));
        Assert.That(RepositoryFiles.Read(".ci/run"), Does.Contain("dotnet test -c Release"));
    }

    [TestCaseSource(nameof(Documents))]
    public void Document_ProjectsItNames_Exist(string document)
    {
        var named = ProjectName().Matches(RepositoryFiles.Read(document)).Select(match => match.Value).Distinct();

        Assert.That(named.Where(project => !File.Exists(Path.Combine(RepositoryFiles.Root, project, $"{project}.csproj"))), Is.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void Document_BuildVerbsItNames_Exist(string document)
    {
        var script = RepositoryFiles.Read("build.ps1");
        var verbs = BuildVerb().Matches(RepositoryFiles.Read(document)).Select(match => match.Groups[1].Value).Distinct();

        Assert.That(verbs.Where(verb => !Regex.IsMatch(script, $@"^    {verb} += ", RegexOptions.Multiline)), Is.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void Document_RelativeLinks_LeadToFiles(string document)
    {
        var folder = Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(document)!);
        var targets = Link().Matches(RepositoryFiles.Read(document)).Select(match => match.Groups[1].Value);

        Assert.That(targets.Where(target => !Path.Exists(Path.Combine(folder, target))), Is.Empty);
    }

    [GeneratedRegex(@"\bCtm\.(?:Kernels|Engine|Tasks|Cli|Benchmarks|Tests)\b|(?<=--project )\S+")]
    private static partial Regex ProjectName();

    [GeneratedRegex(@"build\.ps1 ([a-z]+)")]
    private static partial Regex BuildVerb();

    // A link target with a scheme or a leading # is not a file.
    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
