using System.CommandLine;
using Ctm.Cli.Progress;
using Ctm.Engine.Files;
using Ctm.Engine.Importing;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Runs;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm import</c>: a checkpoint of the reference becomes one of this engine.</summary>
internal static class ImportCommand
{
    private const int MostLines = 50;

    private static readonly Argument<string> Source = new("FILE.pt|DIR")
    {
        Description = "A training checkpoint of PyTorch, or a folder with model.safetensors and config.json.",
    };

    private static readonly Option<string> Out = new("--out")
    {
        HelpName = "DIR",
        Description = "The checkpoint folder to write.",
        Required = true,
    };

    private static readonly Option<string[]> Set = Settings.Set(
        "Set a value that the file does not tell, such as iterations=75; may be given several times.");

    private static readonly Option<bool> Json = Settings.Json();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("import", "Read a checkpoint of the reference implementation, and say what was inferred.")
        {
            Source, Out, Set, Json,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    /// <summary>Checks a checkpoint and writes it; what does not fit is one line each, and nothing is written then.</summary>
    public static bool TryWrite(Terminal terminal, ImportedCheckpoint checkpoint, string folder, Action<ImportedCheckpoint, string> write)
    {
        try
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", 1);
            checkpoint.Check(device);
        }
        catch (CheckpointMismatchException e)
        {
            foreach (string line in e.Mismatches.Take(MostLines))
            {
                CommandLine.Fail(terminal, $"{checkpoint.Path}: {line}", ExitCode.Failed);
            }

            if (e.Mismatches.Count > MostLines)
            {
                CommandLine.Fail(terminal, $"{checkpoint.Path}: and {e.Mismatches.Count - MostLines} more", ExitCode.Failed);
            }

            return false;
        }

        OutputFolder.CreateParent(folder);
        write(checkpoint, folder);
        return true;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        string folder = parsed.GetValue(Out)!;
        string[] settings = parsed.GetValue(Set)!;
        OutputFolder.Check(folder);
        ImportedCheckpoint found = CheckpointImport.Read(parsed.GetValue(Source)!);
        if (settings.Length > 0)
        {
            found = found.With(RecipeSettings.Apply(found.Configuration, settings), settings.Select(RecipeSettings.KeyOf));
        }

        try
        {
            if (!TryWrite(terminal, found, folder, (checkpoint, path) => checkpoint.Save(path)))
            {
                return ExitCode.Failed;
            }
        }
        catch (ModelConfigurationException e) when (settings.Length == 0)
        {
            return CommandLine.Fail(terminal, $"{found.Path}: {e.Message}", ExitCode.Failed);
        }

        if (parsed.GetValue(Json))
        {
            FiguresView.PrintJson(terminal, CheckpointView.ToJson(found, folder));
        }
        else
        {
            CheckpointView.Print(terminal, found, folder);
        }

        return ExitCode.Done;
    }
}
