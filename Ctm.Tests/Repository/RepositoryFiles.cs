using NUnit.Framework;

namespace Ctm.Tests.Repository;

/// <summary>The checkout that the running tests were built from, and its source files.</summary>
internal static class RepositoryFiles
{
    /// <summary>What .gitignore leaves out, and git's own folder (a file in a linked worktree).</summary>
    private static readonly string[] Ignored =
        [".git", "bin", "obj", "artifacts", "runs", ".vs", ".idea", "BenchmarkDotNet.Artifacts", "TestResults"];

    /// <summary>The folder that holds Ctm.sln, looked for upwards from the test assembly.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that belongs to the repository, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> All()
    {
        var folders = new Stack<string>([Root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var inner in Directory.EnumerateDirectories(folder))
            {
                if (!Ignored.Contains(Path.GetFileName(inner)))
                {
                    folders.Push(inner);
                }
            }

            foreach (var file in Directory.EnumerateFiles(folder))
            {
                if (!Ignored.Contains(Path.GetFileName(file)))
                {
                    yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
                }
            }
        }
    }

    /// <summary>The text of a file given relative to the root.</summary>
    public static string Read(string relative)
    {
        return File.ReadAllText(Path.Combine(Root, relative));
    }

    private static string FindRoot()
    {
        var start = TestContext.CurrentContext.TestDirectory;
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ctm.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above '{start}' holds Ctm.sln: run the tests from the repository's own build.");
    }
}
