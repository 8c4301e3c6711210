using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace Ctm.Kernels.Execution;

/// <summary>One launch: the entry method with all its type arguments, and how many threads it was given.</summary>
/// <param name="Method">The entry method.</param>
/// <param name="Grid">Groups.</param>
/// <param name="Group">Threads of a group.</param>
internal readonly record struct KernelLaunch(MethodInfo Method, Index3D Grid, Index3D Group)
{
    /// <summary>The kernel's name; see <see cref="KernelNames"/>.</summary>
    public string Name => KernelNames.Of(Method);
}

/// <summary>Keeps what a device behind ILGPU is asked to launch.</summary>
/// <param name="launch">False to withhold the launches.</param>
/// <param name="despite">A family of kernels, the first part of their names, that is launched even then; null for none.</param>
internal sealed class LaunchRecorder(bool launch, string? despite = null)
{
    private readonly List<KernelLaunch> launches = [];

    /// <summary>All launches so far, in order.</summary>
    public IReadOnlyList<KernelLaunch> Launches => launches;

    /// <summary>Keeps a launch; false when it is to be withheld.</summary>
    public bool Record(MethodInfo method, KernelConfig config)
    {
        launches.Add(new KernelLaunch(method, config.GridDim, config.GroupDim));
        return launch || (despite is not null && launches[^1].Name.StartsWith(despite + ".", StringComparison.Ordinal));
    }
}
