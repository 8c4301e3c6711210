using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Catalogue;

/// <summary>
/// The arguments of one <see cref="KernelCase"/> on one device. Random values come from a fixed seed, so that every device is given
/// the same. Disposing gives all memory back.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="fill">False leaves floats as they are: for who asks only what would be launched.</param>
public sealed class CaseBuffers(ComputeDevice device, bool fill = true) : IDisposable
{
    private readonly Random random = new(1);
    private readonly List<IDisposable> owned = [];
    private readonly List<DeviceView<float>> floats = [];
    private readonly List<DeviceView<int>> integers = [];

    /// <summary>The device.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>Reads every array but scratch space: inputs, and after a run its results. Integers are given as floats.</summary>
    public IReadOnlyList<float[]> Read() =>
        [.. floats.Select(view => view.ToArray()), .. integers.Select(view => Array.ConvertAll(view.ToArray(), i => (float)i))];

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = owned.Count - 1; i >= 0; i--)
        {
            owned[i].Dispose();
        }

        owned.Clear();
    }

    /// <summary>Random values in [low, high).</summary>
    internal DeviceView<float> Floats(int length, float low = -1f, float high = 1f)
    {
        if (!fill)
        {
            return Keep(Device.Allocate<float>(length)).View;
        }

        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = low + ((high - low) * random.NextSingle());
        }

        return Floats(values);
    }

    /// <summary>The same value everywhere.</summary>
    internal DeviceView<float> Constant(int length, float value)
    {
        if (!fill)
        {
            return Keep(Device.Allocate<float>(length)).View;
        }

        var values = new float[length];
        Array.Fill(values, value);
        return Floats(values);
    }

    /// <summary>An array that the operation assigns: NaN until then.</summary>
    internal DeviceView<float> Output(int length) => Constant(length, float.NaN);

    internal DeviceView<int> IntegerOutput(int length)
    {
        var values = new int[length];
        Array.Fill(values, int.MinValue);
        return Integers(values);
    }

    /// <summary>Space whose contents mean nothing afterwards.</summary>
    internal DeviceView<float> Scratch(int length) => Keep(Device.Allocate<float>(length)).View;

    internal DeviceView<float> Floats(float[] values)
    {
        DeviceView<float> view = Keep(Device.Allocate<float>(values.AsSpan())).View;
        floats.Add(view);
        return view;
    }

    /// <summary>Random integers from 0 to below a bound.</summary>
    internal DeviceView<int> Integers(int length, int below) => Integers(Numbers(length, below));

    internal DeviceView<int> Integers(int[] values)
    {
        DeviceView<int> view = Keep(Device.Allocate<int>(values.AsSpan())).View;
        integers.Add(view);
        return view;
    }

    internal int[] Numbers(int length, int below)
    {
        var values = new int[length];
        foreach (ref int value in values.AsSpan())
        {
            value = random.Next(below);
        }

        return values;
    }

    internal T Keep<T>(T disposable)
        where T : IDisposable
    {
        owned.Add(disposable);
        return disposable;
    }
}
