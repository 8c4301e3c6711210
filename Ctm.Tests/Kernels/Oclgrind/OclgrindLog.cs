namespace Ctm.Tests.Kernels.Oclgrind;

/// <summary>The file that Oclgrind writes its reports to, named by OCLGRIND_LOG: paragraphs with an empty line after each.</summary>
internal sealed class OclgrindLog
{
    private readonly string path = Environment.GetEnvironmentVariable("OCLGRIND_LOG")
        ?? throw new InvalidOperationException("OCLGRIND_LOG does not name Oclgrind's log.");

    private long position;

    public OclgrindLog()
    {
        position = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
    }

    /// <summary>The reports that came since the last call.</summary>
    public IReadOnlyList<string> ReadNew()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = position;
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        position = stream.Length;
        return text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
