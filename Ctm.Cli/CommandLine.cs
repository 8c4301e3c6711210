using System.CommandLine;
using System.CommandLine.Parsing;
using Ctm.Cli.Commands;
using Ctm.Engine.Importing;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks;

namespace Ctm.Cli;

/// <summary>The <c>ctm</c> command: parsing, exit codes, and errors as one line.</summary>
internal static class CommandLine
{
    public static int Run(IReadOnlyList<string> args, Terminal terminal)
    {
        var verbose = new Option<bool>("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };
        var root = new RootCommand("Trains and tests Continuous Thought Machines.")
        {
            DevicesCommand.Create(terminal),
            CheckCommand.Create(terminal),
            TrainCommand.Create(terminal),
            EvalCommand.Create(terminal),
            ImportCommand.Create(terminal),
            ExportCommand.Create(terminal),
            DataCommand.Create(terminal),
            PtxCommand.Create(terminal),
            verbose,
        };
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Fail(terminal, Describe(parsed), ExitCode.WrongUsage);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (OperationCanceledException) when (terminal.Cancellation.IsCancellationRequested)
        {
            return Fail(terminal, "Interrupted.", ExitCode.Interrupted);
        }
        catch (Exception e)
        {
            int code = Fail(terminal, e.Message, CodeOf(e));
            if (parsed.GetValue(verbose))
            {
                terminal.Error.WriteLine(e);
            }

            return code;
        }
    }

    /// <summary>Writes one line on standard error.</summary>
    public static int Fail(Terminal terminal, string message, int code)
    {
        terminal.Error.WriteLine($"ctm: {message.ReplaceLineEndings(" ")}");
        return code;
    }

    private static int CodeOf(Exception e) =>
        e is UsageException or TaskSettingException or ModelConfigurationException or MissingValuesException
            or DeviceNotFoundException
            ? ExitCode.WrongUsage
            : ExitCode.Failed;

    private static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string path = string.Join(' ', Ancestors(parsed.CommandResult).Reverse());
        if (command.Subcommands.Count > 0)
        {
            string known = string.Join(", ", command.Subcommands.Select(c => c.Name));
            return parsed.UnmatchedTokens is [var unknown, ..]
                ? $"'{path}' has no command '{unknown}': there are {known}."
                : $"'{path}' needs a command: there are {known}.";
        }

        if (parsed.UnmatchedTokens is [var extra, ..])
        {
            return $"'{path}' does not take '{extra}': see {path} --help.";
        }

        return parsed.Errors[0].Message;
    }

    private static IEnumerable<string> Ancestors(CommandResult result)
    {
        for (SymbolResult? r = result; r is CommandResult c; r = r.Parent)
        {
            yield return c.Command is RootCommand ? "ctm" : c.Command.Name;
        }
    }
}
