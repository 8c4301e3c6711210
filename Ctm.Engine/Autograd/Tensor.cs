using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// A float32 matrix in device memory that a <see cref="Tape"/> owns, with its gradient. Feature maps are matrices too: one row a
/// pixel, one column a channel. Its memory lives until the tape's next step.
/// </summary>
public sealed class Tensor
{
    private readonly TensorSlot slot;
    private readonly int offset;
    private readonly Tensor[]? parts;

    internal Tensor(TensorSlot slot, int offset, int rows, int columns, Tensor[]? parts)
    {
        this.slot = slot;
        this.offset = offset;
        this.parts = parts;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of values.</summary>
    public int Length => Rows * Columns;

    /// <summary>The values, row-major.</summary>
    public DeviceView<float> Data => slot.Data.Slice(offset, Length);

    /// <summary>The gradient, row-major. Defined once <see cref="HasGradient"/> is true.</summary>
    public DeviceView<float> Gradient => slot.Gradient.Slice(offset, Length);

    /// <summary>Whether a gradient should flow into it.</summary>
    public bool NeedsGradient { get; internal set; }

    /// <summary>Whether a gradient has arrived in this step.</summary>
    public bool HasGradient { get; private set; }

    internal void Restart(bool needsGradient)
    {
        NeedsGradient = needsGradient;
        HasGradient = false;
    }

    /// <summary>Says that the gradient is there, in all parts of it.</summary>
    internal void MarkGradient()
    {
        HasGradient = true;
        foreach (Tensor part in parts ?? [])
        {
            part.HasGradient = true;
        }
    }
}
