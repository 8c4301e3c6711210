using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Ctm.Tests.Kernels;

/// <summary>The machine code that the JIT makes of methods, read from a process of its own that runs them.</summary>
internal static partial class JitListing
{
    private const string Separator = "; Assembly listing for method ";

    /// <summary>Runs a verb of <see cref="EntryPoint"/> with the JIT's listing of some methods switched on.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="methods">Methods as DOTNET_JitDisasm takes them.</param>
    /// <returns>One text a compiled method; its first line is the method's name.</returns>
    public static string[] Of(string verb, string methods)
    {
        string listing = Path.Combine(Path.GetTempPath(), $"ctm-bodies-{Guid.NewGuid():N}.txt");
        try
        {
            string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
            string host = Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            var start = new ProcessStartInfo(host, [typeof(EntryPoint).Assembly.Location, verb]) { RedirectStandardError = true };
            start.Environment["DOTNET_JitStdOutFile"] = listing;
            start.Environment["DOTNET_JitDisasm"] = methods;
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, errors);
            return File.ReadAllText(listing).Split(Separator)[1..];
        }
        finally
        {
            File.Delete(listing);
        }
    }

    /// <summary>The calls in a listing.</summary>
    public static string[] Calls(string code) => [.. CallInstruction().Matches(code).Select(match => match.Value.Trim())];

    [GeneratedRegex(@"^\s+(call|tail\.jmp|rex\.jmp)\s.*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CallInstruction();
}
