namespace Ctm.Kernels.Optimizers;

/// <summary>The numbers of one AdamW step.</summary>
/// <param name="LearningRate">The rate of this step.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment; above 0.</param>
/// <param name="BiasCorrection1">1 - beta1^n at step n, counted from 1.</param>
/// <param name="BiasCorrection2">1 - beta2^n at step n, counted from 1.</param>
public readonly record struct AdamWStep(
    double LearningRate, double Beta1, double Beta2, double Epsilon, double BiasCorrection1, double BiasCorrection2)
{
    /// <summary>The numbers at a step.</summary>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root of the second moment; above 0.</param>
    public static AdamWStep At(long step, double learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return new(learningRate, beta1, beta2, epsilon, 1 - Math.Pow(beta1, step), 1 - Math.Pow(beta2, step));
    }
}
