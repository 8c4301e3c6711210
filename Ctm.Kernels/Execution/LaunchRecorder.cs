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
internal sealed class LaunchRecorder(bool launch)
{
    private readonly List<KernelLaunch> launches = [];

    /// <summary>All launches so far, in order.</summary>
    public IReadOnlyList<KernelLaunch> Launches => launches;

    /// <summary>Keeps a launch; false when it is not to be made.</summary>
    public bool Record(MethodInfo method, KernelConfig config)
    {
        launches.Add(new KernelLaunch(method, config.GridDim, config.GroupDim));
        return launch;
    }
}
