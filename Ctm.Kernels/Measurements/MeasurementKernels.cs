using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Measurements;

/// <summary>Kernels that do nothing useful, to see how fast a device is.</summary>
public abstract class MeasurementKernels
{
    private protected MeasurementKernels()
    {
    }

    /// <summary>
    /// Eight chains of x = 0.75 x + 0.25 for every element, from it and its multiples on; the element becomes their mean. Nothing but
    /// arithmetic when there are many rounds.
    /// </summary>
    /// <param name="values">The elements.</param>
    /// <param name="rounds">Multiply-adds of each chain.</param>
    public abstract void MultiplyAdds(DeviceView<float> values, int rounds);

    /// <summary>Floating-point operations of <see cref="MultiplyAdds"/>.</summary>
    public static double MultiplyAddsFlops(int length, int rounds) => 16.0 * rounds * length;
}
