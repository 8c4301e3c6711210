using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Losses;

/// <summary>What one minibatch of proximal policy optimisation compares, N transitions in any order.</summary>
/// <param name="Logits">The policy's logits now, [N, actions].</param>
/// <param name="Values">The critic's values now, [N].</param>
/// <param name="Actions">Action numbers that were taken, [N].</param>
/// <param name="OldLogProbabilities">Log-probabilities of those actions when they were taken, [N].</param>
/// <param name="OldValues">Values when they were taken, [N].</param>
/// <param name="Advantages">Advantages, normalised where that is wanted, [N].</param>
/// <param name="Returns">Returns, [N].</param>
public readonly record struct PpoBatch(
    DeviceView<float> Logits,
    DeviceView<float> Values,
    DeviceView<int> Actions,
    DeviceView<float> OldLogProbabilities,
    DeviceView<float> OldValues,
    DeviceView<float> Advantages,
    DeviceView<float> Returns);

/// <summary>The shape and the weights of the loss of proximal policy optimisation.</summary>
/// <param name="Count">Transitions N, 1 or more.</param>
/// <param name="Classes">Actions there are, 1 or more.</param>
/// <param name="ClipRange">How far the ratio of probabilities may leave 1, and a clipped value its old one.</param>
/// <param name="EntropyWeight">Weight of the entropy, which the loss subtracts.</param>
/// <param name="ValueWeight">Weight of the value loss.</param>
/// <param name="ClipValues">Whether the value loss is clipped as well.</param>
public readonly record struct PpoShape(
    int Count, int Classes, float ClipRange, float EntropyWeight, float ValueWeight, bool ClipValues = false)
{
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Classes, 1);
        if (!(ClipRange >= 0f))
        {
            throw new ArgumentException(FormattableString.Invariant($"The clip range must be 0 or more, it is {ClipRange}."));
        }
    }
}

/// <summary>Where each figure lies in the summary of <see cref="PolicyLossKernels.Loss"/>.</summary>
public enum PpoFigure
{
    /// <summary>policy loss - entropy weight * entropy + value weight * value loss.</summary>
    Loss,

    /// <summary>Mean of the larger of -A ratio and -A clip(ratio).</summary>
    PolicyLoss,

    /// <summary>Half the mean squared difference of values and returns, or its clipped form.</summary>
    ValueLoss,

    /// <summary>Mean entropy of the policy in nats.</summary>
    Entropy,

    /// <summary>Mean of -ln ratio.</summary>
    OldApproximateKl,

    /// <summary>Mean of ratio - 1 - ln ratio.</summary>
    ApproximateKl,

    /// <summary>Share of transitions whose ratio is outside the clip range.</summary>
    ClipFraction,
}
