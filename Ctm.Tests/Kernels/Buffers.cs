using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels;

/// <summary>
/// The buffers of one test: random inputs, and outputs poisoned with NaN so that an element that a kernel forgets is seen.
/// Disposing checks nothing and frees all.
/// </summary>
internal sealed class Buffers(ComputeDevice device, int seed) : IDisposable
{
    private readonly Random random = new(seed);
    private readonly List<IDisposable> owned = [];

    public ComputeDevice Device { get; } = device;

    /// <summary>Random values in (-scale, scale).</summary>
    public DeviceView<float> Input(int length, float scale = 1f) => Input(Values(length, scale));

    public DeviceView<float> Input(float[] values) => Own(Device.Allocate<float>(values.AsSpan()));

    public DeviceView<int> Input(int[] values) => Own(Device.Allocate<int>(values.AsSpan()));

    /// <summary>An output that is poisoned.</summary>
    public DeviceView<float> Output(int length)
    {
        var poison = new float[length];
        Array.Fill(poison, float.NaN);
        return Input(poison);
    }

    public DeviceView<int> IntOutput(int length)
    {
        var poison = new int[length];
        Array.Fill(poison, int.MinValue);
        return Input(poison);
    }

    public float[] Values(int length, float scale = 1f)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = scale * ((2f * random.NextSingle()) - 1f);
        }

        return values;
    }

    public void Dispose()
    {
        foreach (IDisposable buffer in owned)
        {
            buffer.Dispose();
        }
    }

    private DeviceView<T> Own<T>(DeviceBuffer<T> buffer)
        where T : unmanaged
    {
        owned.Add(buffer);
        return buffer.View;
    }
}
