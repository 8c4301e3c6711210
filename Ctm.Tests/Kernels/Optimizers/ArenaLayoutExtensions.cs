using Ctm.Kernels.Optimizers;

namespace Ctm.Tests.Kernels.Optimizers;

internal static class ArenaLayoutExtensions
{
    /// <summary>The tensor that an element of the arena belongs to, padding included.</summary>
    public static int TensorOf(this ArenaLayout layout, int index)
    {
        int tensor = 0;
        while (layout.Offsets[tensor + 1] <= index)
        {
            tensor++;
        }

        return tensor;
    }
}
