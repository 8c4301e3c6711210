namespace Ctm.Engine.Files;

/// <summary>
/// Base of everything that can be wrong with the content of a file that the engine reads. The message is one line
/// that says what was wrong and what would be right; trouble of the file system itself stays an <see cref="IOException"/>.
/// </summary>
public abstract class CtmFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: the file, what is wrong, what would be right.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    protected CtmFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
