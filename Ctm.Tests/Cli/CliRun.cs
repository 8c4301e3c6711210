using System.Security.Cryptography;
using Ctm.Cli;

namespace Ctm.Tests.Cli;

/// <summary>Runs <c>ctm</c> in process.</summary>
internal sealed record CliRun(int Code, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static CliRun Of(params string[] args) => Of(CancellationToken.None, new StringWriter(), args);

    public static CliRun Of(CancellationToken cancellation, StringWriter output, params string[] args)
    {
        var error = new StringWriter();
        int code = CommandLine.Run(args, new Terminal(output, error, Cancellation: cancellation));
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Trains the smoke preset for 20 steps on two host threads.</summary>
    public static CliRun Train(string folder, params string[] more) => Of(TrainArguments(folder, more));

    public static string[] TrainArguments(string folder, params string[] more) =>
    [
        "train", "maze", "--preset", "smoke", "--device", "cpu", "--threads", "2", "--out", folder,
        "--set", "steps=20", "--set", "report_every=5", "--set", "test_mazes=20", "--set", "probe_mazes=10", "--set", "save_every=8",
        .. more,
    ];

    /// <summary>Trains a task's smoke preset for 20 steps on two host threads.</summary>
    public static CliRun TrainTask(string task, string folder, params string[] more) => Of(TaskArguments(task, folder, more));

    public static string[] TaskArguments(string task, string folder, params string[] more) =>
    [
        "train", task, "--preset", "smoke", "--device", "cpu", "--threads", "2", "--out", folder,
        "--set", "steps=20", "report_every=5", "test_samples=20", "probe_samples=10", "save_every=8", .. more,
    ];

    /// <summary>Every file below a folder with its content's hash, to tell whether anything was touched.</summary>
    public static string[] Snapshot(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => File.Exists(path) ? path + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : path),
    ];
}
