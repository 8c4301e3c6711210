namespace Ctm.Tasks;

/// <summary>
/// A task was asked for with a setting that it cannot have. The message is one line: what is wrong and what would be right.
/// </summary>
public sealed class TaskSettingException : Exception
{
    public TaskSettingException(string message)
        : base(message)
    {
    }

    public TaskSettingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
