using Spectre.Console;

namespace Ctm.Cli;

/// <summary>Where a command reads and writes.</summary>
/// <param name="Output">Standard output: results.</param>
/// <param name="Error">Standard error: errors, and progress where standard output is for results only.</param>
/// <param name="IsOutputLive">Whether standard output is a terminal that can be drawn over.</param>
/// <param name="IsErrorLive">Whether standard error is one.</param>
/// <param name="Cancellation">Ends the command.</param>
internal sealed record Terminal(
    TextWriter Output, TextWriter Error, bool IsOutputLive = false, bool IsErrorLive = false, CancellationToken Cancellation = default)
{
    private const int PlainWidth = 120;

    public static Terminal OfConsole(CancellationToken cancellation) =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, cancellation);

    /// <summary>Draws tables and live views on one of the two.</summary>
    public IAnsiConsole Draw(bool onError = false)
    {
        bool live = onError ? IsErrorLive : IsOutputLive;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(onError ? Error : Output),
            Ansi = live ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = live ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!live)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
