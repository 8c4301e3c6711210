namespace Ctm.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Interrupted = 130;
}

/// <summary>The command line asks for something that cannot be.</summary>
/// <param name="message">One line: what is wrong, and what would be right.</param>
internal sealed class UsageException(string message) : Exception(message);
