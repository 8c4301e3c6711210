using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>Any model: parameters and buffers on a device, and the configuration that they have the shape of.</summary>
/// <param name="device">Where it lives.</param>
public abstract class Model(ComputeDevice device) : IDisposable
{
    /// <summary>Where it lives.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>Parameters and buffers.</summary>
    public ParameterSet Parameters { get; } = new(device);

    /// <summary>The shape.</summary>
    public abstract ModelConfiguration Configuration { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Parameters.Dispose();
        GC.SuppressFinalize(this);
    }
}
