namespace Ctm.Tests.Golden;

/// <summary>Finds the golden files: those of the folder in CTM_GOLDEN_DIR when it is set, else those of this repository.</summary>
public static class GoldenFiles
{
    /// <summary>Environment variable that points the golden tests at another folder.</summary>
    public const string FolderVariable = "CTM_GOLDEN_DIR";

    private static readonly Lazy<IReadOnlyList<GoldenCase>> Loaded = new(() => LoadAll(Folder));

    /// <summary>The folder with the golden files.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
            ? folder
            : Path.Combine(AppContext.BaseDirectory, "Golden", "Data");

    /// <summary>All cases of the folder itself (not of folders below it), by name.</summary>
    public static IReadOnlyList<GoldenCase> All => Loaded.Value;

    /// <summary>The folders with a model in every form, by name.</summary>
    public static IEnumerable<GoldenCheckpoint> Checkpoints =>
        Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal).Where(GoldenCheckpoint.IsIn)
            .Select(f => new GoldenCheckpoint(f));

    /// <summary>The cases of one kind; usable as a test case source.</summary>
    public static IEnumerable<GoldenCase> ByRunner(string runner)
    {
        return All.Where(c => c.Runner == runner);
    }

    /// <summary>Loads all cases of a folder.</summary>
    internal static IReadOnlyList<GoldenCase> LoadAll(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"{folder}: there is no such folder; {FolderVariable} must name one with golden files, or be unset");
        }

        return [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal).Select(GoldenCase.Load)];
    }
}
