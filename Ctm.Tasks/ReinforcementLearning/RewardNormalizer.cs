namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// Divides the rewards of one environment by the deviation of its discounted returns so far, as Gymnasium's NormalizeReward does: the
/// running variance starts as that of 1e-4 observations with mean 0 and variance 1.
/// </summary>
/// <param name="discount">Discount of the returns.</param>
public sealed class RewardNormalizer(double discount)
{
    /// <summary>Values of a captured state.</summary>
    internal const int StateLength = 4;

    private const double Epsilon = 1e-8;

    private double count = 1e-4, mean, variance = 1, running;

    /// <summary>The reward of a step, divided.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="terminated">Whether the episode came to its end; not when it was cut.</param>
    public double Normalize(double reward, bool terminated)
    {
        running = (terminated ? 0 : running * discount) + reward;
        double away = running - mean, total = count + 1;
        variance = ((variance * count) + (away * away * count / total)) / total;
        mean += away / total;
        count = total;
        return reward / Math.Sqrt(variance + Epsilon);
    }

    /// <summary>What the next rewards depend on.</summary>
    internal double[] Capture() => [count, mean, variance, running];

    /// <summary>Takes over what was captured.</summary>
    internal void Restore(ReadOnlySpan<double> state) => (count, mean, variance, running) = (state[0], state[1], state[2], state[3]);
}
