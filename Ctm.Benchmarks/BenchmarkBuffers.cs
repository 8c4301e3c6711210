using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks;

/// <summary>The device memory of one benchmark: seeded inputs and zeroed outputs.</summary>
internal sealed class BenchmarkBuffers(ComputeDevice device) : IDisposable
{
    private readonly Random random = new(1);
    private readonly List<IDisposable> owned = [];

    /// <summary>Values in [-1, 1).</summary>
    public DeviceView<float> Floats(int length) => Floats(length, -1f, 1f);

    /// <summary>Values in [low, high).</summary>
    public DeviceView<float> Floats(int length, float low, float high)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = low + ((high - low) * random.NextSingle());
        }

        return Keep(device.Allocate<float>(values.AsSpan())).View;
    }

    /// <summary>One value everywhere.</summary>
    public DeviceView<float> Constant(int length, float value)
    {
        DeviceView<float> view = Keep(device.Allocate<float>(length)).View;
        device.Elementwise.Fill(view, value);
        return view;
    }

    /// <summary>Zeros.</summary>
    public DeviceView<float> Zeros(int length) => Constant(length, 0f);

    /// <summary>Whole numbers from 0, below a bound.</summary>
    public DeviceView<int> Integers(int length, int below) => Integers(Numbers(length, below));

    /// <summary>These whole numbers.</summary>
    public DeviceView<int> Integers(int[] values) => Keep(device.Allocate<int>(values.AsSpan())).View;

    /// <summary>Whole numbers from 0, below a bound, on the host.</summary>
    public int[] Numbers(int length, int below)
    {
        var values = new int[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(below);
        }

        return values;
    }

    /// <summary>Disposes something together with the buffers.</summary>
    public T Keep<T>(T disposable)
        where T : IDisposable
    {
        owned.Add(disposable);
        return disposable;
    }

    public void Dispose()
    {
        for (int i = owned.Count - 1; i >= 0; i--)
        {
            owned[i].Dispose();
        }

        owned.Clear();
    }
}
