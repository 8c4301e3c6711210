using System.CommandLine;
using Ctm.Cli.Progress;
using Ctm.Engine.Importing;
using Ctm.Tasks.Runs;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm export</c>: a trained model in the form of the model hub.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Source = new("RUN|CHECKPOINT") { Description = "A run folder, or a checkpoint folder." };

    private static readonly Option<string> Out = new("--out")
    {
        HelpName = "DIR",
        Description = "The folder to write model.safetensors and config.json to.",
        Required = true,
    };

    private static readonly Option<bool> Json = Settings.Json();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("export", "Write a trained model in the hub form that the reference implementation reads.")
        {
            Source, Out, Json,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        string folder = parsed.GetValue(Out)!;
        OutputFolder.Check(folder);
        ImportedCheckpoint found = CheckpointImport.Read(Find(parsed.GetValue(Source)!));
        if (!ImportCommand.TryWrite(terminal, found, folder, CheckpointExport.Save))
        {
            return ExitCode.Failed;
        }

        if (parsed.GetValue(Json))
        {
            FiguresView.PrintJson(terminal, CheckpointView.ToJson(found, folder, CheckpointExport.Configuration(found.Configuration)));
        }
        else
        {
            terminal.Output.WriteLine(FormattableString.Invariant(
                $"wrote {found.State.Count} tensors with {found.ParameterCount:N0} parameters to {folder}"));
        }

        return ExitCode.Done;
    }

    private static string Find(string path)
    {
        if (File.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no run or checkpoint in '{path}': it is a file; ctm import reads files.");
        }

        if (!RunFolder.IsRun(path))
        {
            return path;
        }

        RunFolder run = RunFolder.Open(path);
        return run.HasCheckpoint
            ? run.Checkpoint
            : throw new DirectoryNotFoundException($"The run in '{path}' has no checkpoint yet: train it further.");
    }
}
