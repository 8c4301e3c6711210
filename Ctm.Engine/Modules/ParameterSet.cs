using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Engine.Modules;

/// <summary>
/// All parameters and buffers of a model. Parameters lie in one arena, in the order in which they were added, each at a
/// multiple of 16 floats, and so do their gradients: clearing, clipping and the optimizer are one launch each.
/// </summary>
public sealed class ParameterSet(ComputeDevice device) : IDisposable
{
    private readonly List<Parameter> parameters = [];
    private readonly List<ModelBuffer> buffers = [];
    private readonly List<IDisposable> owned = [];
    private DeviceBuffer<float>? values, gradients;
    private string prefix = string.Empty;
    private StoragePrecision precision;

    /// <summary>The device.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>The parameters, in the reference's order.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>The buffers.</summary>
    public IReadOnlyList<ModelBuffer> Buffers => buffers;

    /// <summary>Number of trained values, without padding.</summary>
    public long Count => parameters.Sum(p => (long)p.Length);

    /// <summary>Changes whenever the values do: what was derived from them is then out of date.</summary>
    public int Version { get; private set; }

    /// <summary>How the copies of weights that kernels read, and histories, are kept.</summary>
    public StoragePrecision Precision
    {
        get => precision;
        set
        {
            if (value != precision)
            {
                precision = value;
                Touch();
            }
        }
    }

    /// <summary>Where each parameter lies in the arenas.</summary>
    public ArenaLayout Layout { get; private set; } = null!;

    /// <summary>The arena of values, padding included.</summary>
    public DeviceView<float> Values => (values ?? throw new InvalidOperationException("The model's parameters are not allocated yet.")).View;

    /// <summary>The arena of gradients, padding included.</summary>
    public DeviceView<float> Gradients => gradients!.View;

    /// <summary>Has something that derives from the parameters freed together with them.</summary>
    public void Own(IDisposable part) => owned.Add(part);

    /// <summary>Says that the values have changed.</summary>
    public void Touch() => Version++;

    /// <summary>Puts a prefix before the names of all parameters and buffers that are added until the scope is disposed.</summary>
    /// <param name="prefix">The prefix, with its dot; it follows that of the scope around.</param>
    public IDisposable Scope(string prefix)
    {
        string outer = this.prefix;
        this.prefix += prefix;
        return new NameScope(this, outer);
    }

    /// <summary>Adds a parameter.</summary>
    public Parameter Add(
        string name, int[] shape, Initializer initializer, float low = float.NegativeInfinity, float high = float.PositiveInfinity, int matrices = 0)
    {
        if (values is not null)
        {
            throw new InvalidOperationException("The model's parameters are allocated already.");
        }

        var parameter = new Parameter(this, prefix + name, shape, initializer) { Bounds = (low, high), Matrices = matrices };
        parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Adds a float buffer that starts with one value everywhere.</summary>
    public ModelBuffer AddBuffer(string name, int[] shape, float value)
    {
        DeviceBuffer<float> memory = Device.Allocate<float>(shape.Aggregate(1, (a, b) => a * b));
        Device.Elementwise.Fill(memory.View, value);
        var buffer = new ModelBuffer(prefix + name, shape, memory);
        buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Adds an integer buffer; <paramref name="values"/> is kept, and written to when a file is loaded.</summary>
    public ModelBuffer AddIndices(string name, int[] shape, int[] values)
    {
        var buffer = new ModelBuffer(prefix + name, shape, indices: values);
        buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Adds a buffer of truth values; <paramref name="values"/> is kept, and written to when a file is loaded.</summary>
    public ModelBuffer AddFlags(string name, int[] shape, bool[] values)
    {
        var buffer = new ModelBuffer(prefix + name, shape, flags: values);
        buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Allocates the arenas and draws the start values: the same for the same seed, on every device.</summary>
    public void Allocate(ulong seed)
    {
        Layout = new ArenaLayout(Device, [.. parameters.Select(p => p.Length)]);
        for (int i = 0; i < parameters.Count; i++)
        {
            parameters[i].Offset = Layout.Offsets[i];
        }

        values = Device.Allocate<float>(Layout.Length);
        gradients = Device.Allocate<float>(values.Length);
        Device.Elementwise.Fill(values.View, 0f);
        ClearGradients();
        for (int i = 0; i < parameters.Count; i++)
        {
            Initializer start = parameters[i].Initializer;
            DeviceView<float> data = parameters[i].Data;
            switch (start.Kind)
            {
                case InitializerKind.Constant:
                    Device.Elementwise.Fill(data, start.Value);
                    break;
                case InitializerKind.Uniform:
                    Device.Random.Uniform(data, -start.Value, start.Value, seed, (ulong)i);
                    break;
                case InitializerKind.Unit:
                    Device.Elementwise.Fill(data.Slice((int)start.Value, 1), 1f);
                    break;
                case InitializerKind.Orthogonal:
                    data.CopyFrom(OrthogonalMatrix.Draw(parameters[i].Shape, start.Value, seed, (ulong)i));
                    break;
                default:
                    Device.Random.Normal(data, 0f, start.Value, seed, (ulong)i);
                    break;
            }
        }

        Touch();
    }

    /// <summary>Sets all gradients to 0.</summary>
    public void ClearGradients() => Device.Elementwise.Fill(Gradients, 0f);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in owned)
        {
            part.Dispose();
        }

        owned.Clear();
        Layout?.Dispose();
        values?.Dispose();
        gradients?.Dispose();
        foreach (ModelBuffer buffer in buffers)
        {
            buffer.Values?.Dispose();
        }
    }

    private sealed class NameScope(ParameterSet set, string outer) : IDisposable
    {
        public void Dispose() => set.prefix = outer;
    }
}
