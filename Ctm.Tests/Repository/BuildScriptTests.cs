using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using NUnit.Framework;

namespace Ctm.Tests.Repository;

/// <summary>Runs build.ps1 itself, in a PowerShell runspace inside this process.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class BuildScriptTests
{
    private static readonly string[] Verbs = ["restore", "format", "build", "test", "bench", "pack", "verify"];

    private string folder = "";

    private static string Script => Path.Combine(RepositoryFiles.Root, "build.ps1");

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("ctm-build-script-").FullName;
    }

    [TearDown]
    public void DeleteFolder()
    {
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void Script_Parsed_HasNoErrors()
    {
        Parser.ParseFile(Script, out _, out var errors);

        Assert.That(errors.Select(error => $"{error.Extent.StartLineNumber}: {error.Message}"), Is.Empty);
    }

    [Test]
    public void Script_WithoutVerb_ListsVerbsOneALine()
    {
        var run = Run($"& '{Script}'");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output[0], Does.StartWith("usage: ./build.ps1 VERB"));
        Assert.That(run.Output.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]), Is.EqualTo(Verbs));
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public void Script_UnknownVerb_FailsWithOneLineAndTwo()
    {
        var run = Run($"& '{Script}' biuld");

        Assert.That(run.ExitCode, Is.EqualTo(2));
        var verbs = string.Join(", ", Verbs);
        Assert.That(run.Error, Is.EqualTo($"build.ps1: unknown verb 'biuld'. The verbs are: {verbs}.{Environment.NewLine}"));
        Assert.That(run.Output, Is.Empty);
    }

    [Test]
    public void Build_OneProject_WritesItsAssembly()
    {
        // Outputs of its own: the running test's assemblies are in use.
        var run = Run($"& '{Script}' Build -Project Ctm.Kernels -Artifacts '{folder}'");

        Assert.That(run.ExitCode, Is.Zero, string.Join('\n', run.Output) + run.Error);
        Assert.That(File.Exists(Path.Combine(folder, "bin", "Ctm.Kernels", "release", "Ctm.Kernels.dll")), Is.True);
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public void Build_BrokenProject_FailsWithDotnetsCode()
    {
        var project = Path.Combine(folder, "Broken.csproj");
        File.WriteAllText(project, "<Project>");

        var run = Run($"& '{Script}' build -Project '{project}'");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo($"build.ps1: dotnet build failed with exit code 1.{Environment.NewLine}"));
    }

    [Test]
    public void Verify_EveryStepPasses_ChecksFormatThenBuildsTestsAndPacks()
    {
        var run = Run($"{RecordingDotnet("")}\n& '{Script}' verify -Configuration Debug");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output.Select(line => line.Split(' ', 2)[0]), Is.EqualTo(["format", "build", "test", "pack", "pack", "verify:"]));
        Assert.That(run.Output[0], Does.EndWith("--verify-no-changes"));
        Assert.That(run.Output[1..5], Is.All.Contains("--configuration Debug"));
    }

    [Test]
    public void Verify_FailingTests_StopsThereWithTheirCode()
    {
        var run = Run($"{RecordingDotnet("test")}\n& '{Script}' verify");

        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(run.Output.Select(line => line.Split(' ', 2)[0]), Is.EqualTo(["format", "build", "test"]));
        Assert.That(run.Error, Is.EqualTo($"build.ps1: dotnet test failed with exit code 3.{Environment.NewLine}"));
    }

    [Test]
    public void Test_WithFilter_PassesItOn()
    {
        var run = Run($"{RecordingDotnet("")}\n& '{Script}' test -Filter FullyQualifiedName~Losses -Project Ctm.Tests");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Is.EqualTo([
            $"test {Path.Combine(RepositoryFiles.Root, "Ctm.Tests")} --configuration Release --nologo --filter FullyQualifiedName~Losses",
        ]));
    }

    [Test]
    public void GetLongFile_MixedFiles_ReportsHandWrittenOnesOverTheLimit()
    {
        Write("Long.cs", 6);
        Write("Short.cs", 5);
        Write("Made.g.cs", 6);
        Write("inner/obj/Made.cs", 6);
        Write("inner/Long.cs", 7);
        var definition = Parser.ParseFile(Script, out _, out _)
            .Find(node => node is FunctionDefinitionAst { Name: "Get-LongFile" }, searchNestedScriptBlocks: true);

        var run = Run($"{definition.Extent.Text}\nGet-LongFile '{folder}' 5\n$global:LASTEXITCODE = 0");

        Assert.That(run.Output, Is.EquivalentTo(["Long.cs: 6 lines", "inner/Long.cs: 7 lines"]));
    }

    /// <summary>A PowerShell function that stands in for dotnet: it prints its arguments and fails for one subcommand.</summary>
    private static string RecordingDotnet(string failing)
    {
        return $"function dotnet {{ \"$args\"; $global:LASTEXITCODE = if ($args[0] -eq '{failing}') {{ 3 }} else {{ 0 }} }}";
    }

    private void Write(string relative, int lines)
    {
        var path = Path.Combine(folder, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, Enumerable.Repeat("//", lines));
    }

    /// <summary>Runs commands. What a called script's exit statement set is then in $LASTEXITCODE, the last output.</summary>
    private static (int ExitCode, string[] Output, string Error) Run(string command)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // A path without a drive: PowerShell makes drives from mounted volumes, and in a chroot none covers the root folder.
        runspace.SessionStateProxy.Path.SetLocation($"FileSystem::{RepositoryFiles.Root}");
        using var shell = PowerShell.Create(runspace);
        var standardError = Console.Error;
        using var captured = new StringWriter();
        Console.SetError(captured);
        try
        {
            var lines = shell.AddScript(command).AddStatement().AddScript("$LASTEXITCODE").Invoke();
            var output = lines.SkipLast(1).Select(line => line.ToString()).ToArray();
            var errors = captured + string.Concat(shell.Streams.Error.Select(record => record + Environment.NewLine));
            Assert.That(lines[^1], Is.Not.Null, $"The script ended without an exit code: {errors}");
            return ((int)lines[^1].BaseObject, output, errors);
        }
        finally
        {
            Console.SetError(standardError);
        }
    }
}
