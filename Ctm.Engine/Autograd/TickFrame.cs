namespace Ctm.Engine.Autograd;

/// <summary>How the tensors of a recurrence are kept.</summary>
/// <param name="Ticks">Ticks in all.</param>
/// <param name="DataTicks">Ticks whose values are kept at a time, except where a call site asks for all.</param>
/// <param name="GradientTicks">Ticks whose gradients are kept at a time, except where the gradient of all ticks is asked for at once.</param>
internal readonly record struct TickFrame(int Ticks, int DataTicks, int GradientTicks)
{
    /// <summary>Whether not even call sites that ask for it keep all ticks.</summary>
    public bool Rolls { get; init; }

    /// <summary>A call site outside of recurrences.</summary>
    public static TickFrame None { get; } = new(1, 1, 1);

    /// <summary>Everything of all ticks.</summary>
    public static TickFrame All(int ticks) => new(ticks, ticks, ticks);
}
