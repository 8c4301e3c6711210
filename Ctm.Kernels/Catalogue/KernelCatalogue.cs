using System.Reflection;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;

namespace Ctm.Kernels.Catalogue;

/// <summary>A kernel that ILGPU compiles: an entry method with all its type arguments.</summary>
/// <param name="Name">The family, the body and the type arguments, as in <c>Reductions.ColumnSums.LayerNormTerm.Float4</c>.</param>
/// <param name="Method">The entry method.</param>
public sealed record KernelEntry(string Name, MethodInfo Method);

/// <summary>
/// Every kernel that ILGPU compiles for a device. Found by asking a device that launches nothing for every
/// <see cref="KernelCase"/>, at sizes that take the vector forms and at sizes that take the scalar ones: so the list is what launches ask
/// for, not what somebody wrote down.
/// </summary>
public static class KernelCatalogue
{
    /// <summary>All kernels, ordered by name.</summary>
    public static IReadOnlyList<KernelEntry> Entries() =>
    [
        .. Launches(KernelCaseSize.Aligned).Concat(Launches(KernelCaseSize.Odd))
            .SelectMany(found => found.Launches)
            .DistinctBy(launch => launch.Name)
            .Select(launch => new KernelEntry(launch.Name, launch.Method))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal),
    ];

    /// <summary>What each case launches, in order, preparation left out.</summary>
    internal static IEnumerable<(KernelCase Case, IReadOnlyList<KernelLaunch> Launches)> LaunchesOfRuns(KernelCaseSize size) =>
        Launches(size).Select(found => (found.Case, (IReadOnlyList<KernelLaunch>)[.. found.Launches.Skip(found.Prepared)]));

    private static IEnumerable<(KernelCase Case, KernelLaunch[] Launches, int Prepared)> Launches(KernelCaseSize size)
    {
        var recorder = new LaunchRecorder(launch: false);
        using IlgpuDevice device = IlgpuContext.OpenRecording(recorder);
        foreach (KernelCase one in KernelCase.All(size))
        {
            int before = recorder.Launches.Count, prepared;
            using (var buffers = new CaseBuffers(device, fill: false))
            {
                Action run = one.Prepare(buffers);
                prepared = recorder.Launches.Count - before;
                run();
            }

            device.Pool.Trim();
            yield return (one, [.. recorder.Launches.Skip(before)], prepared);
        }
    }
}
