namespace Ctm.Engine.Files;

/// <summary>A checkpoint file is damaged, or is not of the format that it should have.</summary>
public sealed class CheckpointFormatException : CtmFileException
{
    /// <summary>Creates the exception; the message becomes <c>file: problem</c>.</summary>
    /// <param name="file">Path or name of the file.</param>
    /// <param name="problem">What is wrong and what would be right, in one line.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public CheckpointFormatException(string file, string problem, Exception? innerException = null)
        : base($"{file}: {problem}", innerException)
    {
        File = file;
    }

    /// <summary>Path or name of the file, as the caller gave it.</summary>
    public string File { get; }
}
