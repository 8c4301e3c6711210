using System.CommandLine;
using Ctm.Engine.Files;
using Ctm.Kernels.Catalogue;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm ptx</c>: what a CUDA device would be given, kernel by kernel; no GPU is needed.</summary>
internal static class PtxCommand
{
    private static readonly Option<string> Architecture = new("--arch")
    {
        HelpName = "ARCH",
        Description = $"What to compile for: {string.Join(", ", PtxCompiler.Architectures)}.",
        Required = true,
    };

    private static readonly Option<string> Out = new("--out")
    {
        HelpName = "DIR",
        Description = "The folder to write one .ptx file a kernel to.",
        Required = true,
    };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("ptx", "Write the PTX of every kernel, compiled without a GPU.") { Architecture, Out };
        command.SetAction(parsed => Run(terminal, parsed.GetValue(Architecture)!, parsed.GetValue(Out)!));
        return command;
    }

    private static int Run(Terminal terminal, string architecture, string folder)
    {
        if (!PtxCompiler.Architectures.Contains(architecture))
        {
            throw new UsageException(
                $"There is no architecture '{architecture}': --arch takes {string.Join(", ", PtxCompiler.Architectures)}.");
        }

        IReadOnlyList<KernelEntry> entries = KernelCatalogue.Entries();
        OutputFolder.Check(folder, entries.Select(FileName).ToHashSet());
        OutputFolder.CreateParent(folder);
        AtomicDirectory.Replace(folder, path =>
        {
            using var compiler = new PtxCompiler(architecture);
            foreach (KernelEntry entry in entries)
            {
                terminal.Cancellation.ThrowIfCancellationRequested();
                File.WriteAllText(Path.Combine(path, FileName(entry)), compiler.Compile(entry));
            }
        });
        terminal.Output.WriteLine($"wrote {entries.Count} kernels for {architecture} to {folder}");
        return ExitCode.Done;
    }

    private static string FileName(KernelEntry entry) => entry.Name + ".ptx";
}
