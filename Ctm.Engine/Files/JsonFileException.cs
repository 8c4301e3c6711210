namespace Ctm.Engine.Files;

/// <summary>A JSON file (a configuration, a training state) is not JSON, or does not have the keys and values that it should
/// have.</summary>
public sealed class JsonFileException : CtmFileException
{
    /// <summary>Creates the exception; the message becomes <c>file, line N: problem</c>.</summary>
    /// <param name="file">Path or name of the file.</param>
    /// <param name="line">Line of the problem, from 1.</param>
    /// <param name="problem">What is wrong and what would be right, in one line.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public JsonFileException(string file, long line, string problem, Exception? innerException = null)
        : base(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}, line {line}: {problem}"), innerException)
    {
        File = file;
        Line = line;
    }

    /// <summary>Path or name of the file, as the caller gave it.</summary>
    public string File { get; }

    /// <summary>Line of the problem, from 1.</summary>
    public long Line { get; }
}
