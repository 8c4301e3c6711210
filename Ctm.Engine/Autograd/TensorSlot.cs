using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// The memory of one call site: one matrix, or inside a recurrence one a tick, side by side, so that what happens to all
/// ticks alike can be done at once over [ticks * rows, columns]. Kept from step to step; a step of fewer ticks uses a part of it.
/// </summary>
internal sealed class TensorSlot : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceBuffer<float> data;
    private readonly Tensor[] ticks;
    private DeviceBuffer<float>? gradient;
    private bool isSlab;

    public TensorSlot(ComputeDevice device, int rows, int columns, int ticks)
    {
        this.device = device;
        Rows = rows;
        Columns = columns;
        data = device.Allocate<float>(checked(rows * columns * ticks));
        this.ticks = new Tensor[ticks];
        for (int t = 0; t < ticks; t++)
        {
            this.ticks[t] = new Tensor(this, t * rows * columns, rows, columns);
        }

        All = Join(ticks);
        Ticks = ticks;
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Ticks of this step.</summary>
    public int Ticks { get; private set; }

    /// <summary>All ticks of this step as one matrix.</summary>
    public Tensor All { get; private set; }

    public DeviceView<float> Data => data.View;

    public DeviceView<float> Gradient => (gradient ??= device.Allocate<float>(data.Length)).View;

    public Tensor At(int tick) => ticks[tick];

    /// <summary>Whether there is room for so many ticks; outside recurrences slots have room for one matrix and no more.</summary>
    public bool Fits(int rows, int columns, int ticks, bool isSlab) =>
        Rows == rows && Columns == columns && (isSlab ? this.ticks.Length >= ticks : this.ticks.Length == 1);

    /// <summary>Whether the call site asked for the same at the first tick of this step.</summary>
    public bool Repeats(int rows, int columns, int ticks) => isSlab && Rows == rows && Columns == columns && Ticks == ticks;

    /// <summary>Whether a tensor is the first or the last of this step's ticks.</summary>
    public bool HasAtEnd(Tensor tensor) => isSlab && (ticks[0] == tensor || ticks[Ticks - 1] == tensor);

    public void Restart(bool needsGradient, int ticks, bool isSlab)
    {
        this.isSlab = isSlab;
        if (Ticks != ticks)
        {
            All = Join(ticks);
            Ticks = ticks;
        }

        All.Restart(needsGradient);
    }

    public void Dispose()
    {
        data.Dispose();
        gradient?.Dispose();
    }

    private Tensor Join(int count) => count == 1 ? ticks[0] : new Tensor(this, 0, count * Rows, Columns, ticks[..count]);
}
