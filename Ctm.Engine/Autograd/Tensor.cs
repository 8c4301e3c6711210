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
    private Tensor[]? parts;

    internal Tensor(TensorSlot slot, int offset, int rows, int columns, Tensor[]? parts = null)
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
    public DeviceView<float> Data => slot.Data(offset, Length);

    /// <summary>The gradient, row-major. Defined once <see cref="HasGradient"/> is true.</summary>
    public DeviceView<float> Gradient => slot.Gradient(offset, Length);

    /// <summary>Whether a gradient should flow into it.</summary>
    public bool NeedsGradient { get; internal set; }

    /// <summary>Whether a gradient has arrived in this step.</summary>
    public bool HasGradient { get; private set; }

    internal TensorSlot Slot => slot;

    internal void Restart(bool needsGradient)
    {
        NeedsGradient = needsGradient;
        HasGradient = false;
        foreach (Tensor part in parts ?? [])
        {
            part.Restart(needsGradient);
        }
    }

    /// <summary>Its rows in equal blocks that share its memory; the same objects for the same number of blocks.</summary>
    internal Tensor[] Blocks(int count)
    {
        if (Rows % count != 0 || (parts is not null && parts.Length != count && slot.Ticks > 1))
        {
            throw new ArgumentException($"{Rows} rows cannot be seen as {count} equal blocks.", nameof(count));
        }

        if (parts?.Length != count)
        {
            int rows = Rows / count;
            parts = [.. Enumerable.Range(0, count).Select(i => new Tensor(slot, offset + (i * rows * Columns), rows, Columns))];
            foreach (Tensor part in parts)
            {
                part.Restart(NeedsGradient);
            }
        }

        return parts;
    }

    /// <summary>Says that the gradient is there, in all parts of it.</summary>
    internal void MarkGradient()
    {
        HasGradient = true;
        foreach (Tensor part in parts ?? [])
        {
            part.MarkGradient();
        }
    }
}
