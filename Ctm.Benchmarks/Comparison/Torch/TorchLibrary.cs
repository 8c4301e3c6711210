using System.Runtime.InteropServices;
using TorchSharp;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>libtorch, where this machine can load it.</summary>
internal static class TorchLibrary
{
    /// <summary>Version of the binding, which brings the library.</summary>
    public static string Version => $"TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}";

    private static string NativeFile => Path.Combine(
        AppContext.BaseDirectory,
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so");

    /// <summary>Loads it and sets its threads.</summary>
    /// <returns>Null when it is there, else one line that says why not.</returns>
    public static string? Load(int threads)
    {
        // The binding's own search would copy the libraries about before it gives up.
        try
        {
            NativeLibrary.Load(NativeFile);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $"libtorch does not load on this system, so it is left out: {Reason(e.Message)}";
        }

        torch.set_num_threads(threads);
        return null;
    }

    // The loader's complaint is among advice and a list of the places that it tried.
    private static string Reason(string message)
    {
        string[] lines = message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(l => l.Contains("version `", StringComparison.Ordinal)) ?? lines[0];
    }
}
