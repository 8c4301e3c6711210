using System.Globalization;

namespace Ctm.Benchmarks.Training;

/// <summary>A maze recipe on so many threads.</summary>
/// <param name="Preset">Name of the recipe.</param>
/// <param name="Threads">Host threads; 0 where the device is not the host.</param>
public sealed record MazeStepCase(string Preset, int Threads)
{
    /// <summary>A preset with 1 and 2 threads on the host, once elsewhere.</summary>
    public static IEnumerable<MazeStepCase> Of(string preset) =>
        (BenchmarkDevice.IsHost ? new[] { 1, 2 } : [0]).Select(threads => new MazeStepCase(preset, threads));

    /// <inheritdoc/>
    public override string ToString() =>
        Threads == 0 ? Preset : string.Create(CultureInfo.InvariantCulture, $"{Preset}/{Threads} {(Threads == 1 ? "thread" : "threads")}");
}
