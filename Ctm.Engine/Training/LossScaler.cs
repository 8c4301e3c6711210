using Ctm.Kernels.Devices;

namespace Ctm.Engine.Training;

/// <summary>
/// The factor of the loss's gradient in backward passes whose small gradients would be lost in half precision (Micikevicius et al. 2018). It
/// is a power of two, so that taking it out again rounds nothing. It is halved when gradients are not finite, and that step is left out; it is
/// doubled after many steps without.
/// </summary>
internal sealed class LossScaler
{
    /// <summary>Steps with finite gradients after which the factor is doubled.</summary>
    public const int GrowAfter = 2000;

    private const double First = 1 << 15;
    private int finite;

    private LossScaler(double factor) => Factor = (float)factor;

    /// <summary>The factor of the next backward pass.</summary>
    public float Factor { get; private set; }

    /// <summary>How many steps in a row had finite gradients since the factor was changed, and the factor.</summary>
    public float[] State
    {
        get => [Factor, finite];
        set => (Factor, finite) = (value[0], (int)value[1]);
    }

    /// <summary>The scaler that the options ask for; null for none.</summary>
    public static LossScaler? Of(TrainingOptions options) => options switch
    {
        { LossScale: > 0 } => new LossScaler(options.LossScale),
        { Precision: StoragePrecision.Half } => new LossScaler(First),
        _ => null,
    };

    /// <summary>Whether a step may be made with gradients of this norm; chooses the next factor.</summary>
    public bool Accept(double norm)
    {
        if (!double.IsFinite(norm))
        {
            (Factor, finite) = (Math.Max(1f, Factor / 2), 0);
            return false;
        }

        if (++finite == GrowAfter)
        {
            (Factor, finite) = (Math.Min(TrainingOptions.LargestLossScale, Factor * 2), 0);
        }

        return true;
    }
}
