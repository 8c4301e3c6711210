using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Execution;

/// <summary>Checks of arguments before a launch: a kernel would read beyond a view that is too short.</summary>
internal static class Require
{
    /// <summary>Throws where a view has fewer elements than its shape needs.</summary>
    public static void Length<T>(DeviceView<T> view, long length, string name)
        where T : unmanaged
    {
        if (view.Length < length)
        {
            throw new ArgumentException($"'{name}' holds {view.Length} elements, its shape needs {length}.", name);
        }
    }
}
