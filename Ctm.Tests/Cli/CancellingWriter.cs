namespace Ctm.Tests.Cli;

/// <summary>Cancels as soon as a line begins with a text.</summary>
internal sealed class CancellingWriter(string trigger, CancellationTokenSource source) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value!.StartsWith(trigger, StringComparison.Ordinal))
        {
            source.Cancel();
        }
    }
}
