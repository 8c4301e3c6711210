using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// The memory of one call site: one matrix, or inside a recurrence one a tick, side by side, so that what happens to all
/// ticks alike can be done at once over [ticks * rows, columns]. Kept from step to step; a step of fewer ticks uses a part of it.
/// Where the frame keeps fewer ticks than there are, tick t uses the place of tick t modulo what is kept. Values and gradients have no
/// memory before they are asked for.
/// </summary>
internal sealed class TensorSlot : IDisposable
{
    private readonly ComputeDevice device;
    private readonly int dataLength;
    private readonly Tensor[] ticks;
    private DeviceBuffer<float>? data, gradient;
    private TickFrame frame;
    private bool isSlab, hasWholeGradient;

    public TensorSlot(ComputeDevice device, int rows, int columns, TickFrame frame)
    {
        this.device = device;
        this.frame = frame;
        Rows = rows;
        Columns = columns;
        dataLength = checked(TickLength * frame.DataTicks);
        ticks = new Tensor[frame.Ticks];
        for (int t = 0; t < ticks.Length; t++)
        {
            ticks[t] = new Tensor(this, t * TickLength, rows, columns);
        }

        All = Join(ticks.Length);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Ticks of this step.</summary>
    public int Ticks => frame.Ticks;

    /// <summary>Whether the values of all ticks of this step are there at once.</summary>
    public bool KeepsAllTicks => frame.DataTicks == frame.Ticks;

    /// <summary>All ticks of this step as one matrix.</summary>
    public Tensor All { get; private set; }

    /// <summary>What it keeps of the ticks of a recurrence; nothing of values that were never asked for.</summary>
    public ActivationMemory Activations =>
        data is null || !isSlab ? default : new(sizeof(float) * (long)TickLength, sizeof(float) * (long)TickLength * frame.DataTicks);

    private int TickLength => Rows * Columns;

    public Tensor At(int tick) => ticks[tick];

    /// <summary>Values from an offset within all ticks on.</summary>
    public DeviceView<float> Data(int offset, int length)
    {
        data ??= device.Allocate<float>(dataLength);
        return data.Slice(KeepsAllTicks ? offset : offset % (frame.DataTicks * TickLength), length);
    }

    /// <summary>Gradients from an offset within all ticks on; asked for all of them at once, it keeps all from then on.</summary>
    public DeviceView<float> Gradient(int offset, int length)
    {
        if (length > TickLength && !hasWholeGradient && frame.GradientTicks < frame.Ticks)
        {
            if (Array.Exists(ticks, t => t.HasGradient))
            {
                throw new InvalidOperationException("Gradients of single ticks came before the gradient of all ticks was asked for.");
            }

            hasWholeGradient = true;
        }

        int kept = hasWholeGradient ? ticks.Length : Math.Min(frame.GradientTicks, ticks.Length);
        if (gradient is null || gradient.Length < kept * TickLength)
        {
            gradient?.Dispose();
            gradient = device.Allocate<float>(kept * TickLength);
        }

        return gradient.Slice(hasWholeGradient ? offset : offset % (frame.GradientTicks * TickLength), length);
    }

    /// <summary>Whether there is room for the frame; outside recurrences slots have room for one matrix and no more.</summary>
    public bool Fits(int rows, int columns, TickFrame frame, bool isSlab) =>
        Rows == rows && Columns == columns
        && (isSlab ? ticks.Length >= frame.Ticks && dataLength >= frame.DataTicks * TickLength : ticks.Length == 1);

    /// <summary>Whether the call site asked for the same at the first tick of this step.</summary>
    public bool Repeats(int rows, int columns, int ticks) => isSlab && Rows == rows && Columns == columns && Ticks == ticks;

    /// <summary>Whether a tensor is the first or the last of this step's ticks.</summary>
    public bool HasAtEnd(Tensor tensor) => isSlab && (ticks[0] == tensor || ticks[Ticks - 1] == tensor);

    public void Restart(bool needsGradient, TickFrame frame, bool isSlab)
    {
        this.isSlab = isSlab;
        bool sameTicks = Ticks == frame.Ticks;
        this.frame = frame;
        if (!sameTicks)
        {
            All = Join(frame.Ticks);
        }

        All.Restart(needsGradient);
    }

    public void Dispose()
    {
        data?.Dispose();
        gradient?.Dispose();
    }

    private Tensor Join(int count) => count == 1 ? ticks[0] : new Tensor(this, 0, count * Rows, Columns, ticks[..count]);
}
