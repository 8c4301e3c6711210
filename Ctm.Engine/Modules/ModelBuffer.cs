using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>A named tensor of a model that is saved but not trained: running statistics, neuron indices, or a mask.</summary>
public sealed class ModelBuffer
{
    internal ModelBuffer(string name, int[] shape, DeviceBuffer<float>? values = null, int[]? indices = null, bool[]? flags = null)
    {
        Name = name;
        Shape = shape;
        Values = values;
        Indices = indices;
        Flags = flags;
    }

    /// <summary>The name in the state dictionary, as the reference writes it.</summary>
    public string Name { get; }

    /// <summary>The shape; row-major, empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values of a float buffer.</summary>
    public DeviceBuffer<float>? Values { get; }

    /// <summary>The values of an integer buffer, saved as 64-bit integers.</summary>
    public int[]? Indices { get; }

    /// <summary>The values of a buffer of truth values.</summary>
    public bool[]? Flags { get; }

    /// <summary>Raised after the contents were replaced by those of a file.</summary>
    public event Action? Loaded;

    internal void NotifyLoaded() => Loaded?.Invoke();
}
