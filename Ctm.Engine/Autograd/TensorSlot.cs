using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// The memory of one call site: one matrix, or inside a recurrence one a tick, side by side, so that what happens to all
/// ticks alike can be done at once over [ticks * rows, columns]. Kept from step to step.
/// </summary>
internal sealed class TensorSlot : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceBuffer<float> data;
    private readonly Tensor[] ticks;
    private DeviceBuffer<float>? gradient;

    public TensorSlot(ComputeDevice device, int rows, int columns, int ticks)
    {
        this.device = device;
        Rows = rows;
        Columns = columns;
        data = device.Allocate<float>(checked(rows * columns * ticks));
        this.ticks = new Tensor[ticks];
        for (int t = 0; t < ticks; t++)
        {
            this.ticks[t] = new Tensor(this, t * rows * columns, rows, columns, null);
        }

        All = ticks == 1 ? this.ticks[0] : new Tensor(this, 0, ticks * rows, columns, this.ticks);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Ticks => ticks.Length;

    /// <summary>All ticks as one matrix.</summary>
    public Tensor All { get; }

    public DeviceView<float> Data => data.View;

    public DeviceView<float> Gradient => (gradient ??= device.Allocate<float>(data.Length)).View;

    public Tensor At(int tick) => ticks[tick];

    public void Restart(bool needsGradient)
    {
        All.Restart(needsGradient);
        foreach (Tensor tensor in ticks)
        {
            tensor.Restart(needsGradient);
        }
    }

    public void Dispose()
    {
        data.Dispose();
        gradient?.Dispose();
    }
}
