using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Execution;

/// <summary>Checks of arguments before a launch: on a device a short view would be read beyond its end.</summary>
internal static class Lengths
{
    /// <summary>Fails when a view holds fewer elements than a kernel will touch.</summary>
    public static void AtLeast<T>(DeviceView<T> view, long length, string name)
        where T : unmanaged
    {
        if (view.Length < length)
        {
            throw new ArgumentException($"{name} holds {view.Length} elements, the shape asks for {length}.", name);
        }
    }

    /// <summary>As <see cref="AtLeast"/>; an absent view passes.</summary>
    public static void AtLeastIfPresent<T>(DeviceView<T> view, long length, string name)
        where T : unmanaged
    {
        if (!view.IsAbsent)
        {
            AtLeast(view, length, name);
        }
    }

    /// <summary>The number of elements of a matrix.</summary>
    /// <exception cref="ArgumentException">When a side is negative, or there are more than 2^31 - 1 elements.</exception>
    public static int Of(int rows, int columns)
    {
        long count = (long)rows * columns;
        if (rows < 0 || columns < 0 || count > int.MaxValue)
        {
            throw new ArgumentException($"A shape of {rows} x {columns} is not between 0 and {int.MaxValue} elements.");
        }

        return (int)count;
    }
}
