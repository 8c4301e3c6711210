using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Execution;

/// <summary>What launchers check of their views.</summary>
internal static class Views
{
    /// <summary>Fails when a view holds fewer elements than a kernel touches.</summary>
    public static void RequireLength<T>(DeviceView<T> view, int length, string name)
        where T : unmanaged
    {
        if (view.Length < length)
        {
            throw new ArgumentException($"The view '{name}' has {view.Length} elements, its shape needs {length}.", name);
        }
    }
}
