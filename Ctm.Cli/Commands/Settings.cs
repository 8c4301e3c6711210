using System.CommandLine;
using System.Globalization;
using Ctm.Kernels.Devices;

namespace Ctm.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class Settings
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on standard output." };

    public static Option<string> Device() => new("--device")
    {
        HelpName = "D",
        Description = "cuda:N, opencl:N, cpu or ilgpu-cpu; without it the best there is.",
    };

    public static Option<string[]> Set(string description) => new("--set")
    {
        HelpName = "key=value",
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    public static Option<long?> Threads() =>
        Number("--threads", "N", "Threads of the host; one a core without it.", 1, 1024);

    public static Option<long?> Number(string name, string helpName, string description, long least = 0, long most = int.MaxValue) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : string.Empty;
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                    && value >= least && value <= most)
                {
                    return value;
                }

                string range = most == long.MaxValue ? $"of {least} or more" : $"from {least} to {most}";
                result.AddError($"{name} is '{text}': it must be a whole number {range}.");
                return null;
            },
        };

    /// <summary>Opens a device; the number of threads counts where it is the host.</summary>
    /// <exception cref="DeviceNotFoundException">When there is none of that name.</exception>
    public static ComputeDevice Open(string? name, int threads)
    {
        ComputeDevice device = ComputeDevice.Open(name ?? "auto", threads);
        if (threads == 0 || device is not HostDevice host || host.ThreadCount == threads)
        {
            return device;
        }

        device.Dispose();
        return ComputeDevice.Open("cpu", threads);
    }
}
