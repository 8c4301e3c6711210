using Ctm.Kernels.Devices;

namespace Ctm.Kernels.RandomNumbers;

/// <summary>
/// Random numbers from <see cref="Philox"/>. Element k depends on seed, stream and k only: not on the device, the length of the view,
/// the number of threads, or what was drawn before. Element k takes word k mod 4 of draw k / 4.
/// </summary>
public abstract class RandomKernels
{
    private protected RandomKernels()
    {
    }

    /// <summary>Arithmetic operations of one dropout pass over <paramref name="count"/> elements, the generator's integer ones
    /// included.</summary>
    public static double DropoutFlops(int count) => 27.0 * count;

    /// <summary>Bytes that one draw of classes moves.</summary>
    public static double CategoricalBytes(int rows, int classes) => 4.0 * rows * (classes + 1.0);

    /// <summary>Bytes that one dropout pass moves; the mask is never stored.</summary>
    public static double DropoutBytes(int count) => 8.0 * count;

    /// <summary>
    /// Uniform numbers: low + (high - low) u, where u is one of the 2^24 multiples of 2^-24 in [0, 1). With low 0 and high 1 all devices
    /// give the same bits; otherwise the last rounding may differ, and may reach <paramref name="high"/>.
    /// </summary>
    /// <param name="output">Any shape, assigned.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, not below <paramref name="low"/>.</param>
    /// <param name="seed">The seed of a run.</param>
    /// <param name="stream">What the numbers are for.</param>
    /// <exception cref="ArgumentException">When low or high is not finite, or high is below low.</exception>
    public abstract void Uniform(DeviceView<float> output, float low, float high, ulong seed, ulong stream);

    /// <summary>
    /// Normal numbers, mean + deviation n. Elements 4 i .. 4 i + 3 are two Box-Muller pairs of draw i. None is farther than 5.77
    /// deviations
    /// from the mean. Devices agree to a few float32 roundings.
    /// </summary>
    /// <param name="output">Any shape, assigned.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="deviation">The standard deviation, 0 or more.</param>
    /// <param name="seed">The seed of a run.</param>
    /// <param name="stream">What the numbers are for.</param>
    /// <exception cref="ArgumentException">When the mean is not finite, or the deviation is negative or not finite.</exception>
    public abstract void Normal(DeviceView<float> output, float mean, float deviation, ulong seed, ulong stream);

    /// <summary>
    /// Draws a class from the softmax of each row of logits: the first whose cumulated probability exceeds a uniform number, which for
    /// row k is element k of <see cref="Uniform"/> in [0, 1). Devices agree but where a rounding of the probabilities decides.
    /// </summary>
    /// <param name="logits">Shape [rows, classes].</param>
    /// <param name="drawn">Receives class numbers, [rows]; rows is its length.</param>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="seed">The seed of a run.</param>
    /// <param name="stream">What the draws are for.</param>
    /// <exception cref="ArgumentException">When the logits are too few for the shape.</exception>
    public abstract void Categorical(DeviceView<float> logits, DeviceView<int> drawn, int classes, ulong seed, ulong stream);

    /// <summary>
    /// Dropout: each element is 0 with the given probability, else the input divided by 1 - probability. Probability 0 copies, 1 gives
    /// all 0.
    /// The probability is rounded to a multiple of 2^-32.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="output">The same length, assigned; may be the input.</param>
    /// <param name="probability">Probability of 0, from 0 to 1.</param>
    /// <param name="seed">The seed of a run.</param>
    /// <param name="stream">A number for this layer at this step; the mask follows from it.</param>
    /// <exception cref="ArgumentException">When the probability is outside [0, 1] or the lengths differ.</exception>
    public abstract void DropoutForward(DeviceView<float> input, DeviceView<float> output, float probability, ulong seed, ulong stream);

    /// <summary>The gradient of <see cref="DropoutForward"/>, assigned: the mask is drawn again from the same seed and stream.</summary>
    /// <param name="outputGradient">Any shape.</param>
    /// <param name="inputGradient">The same length, assigned; may be the output gradient.</param>
    /// <param name="probability">As in the forward pass.</param>
    /// <param name="seed">As in the forward pass.</param>
    /// <param name="stream">As in the forward pass.</param>
    /// <exception cref="ArgumentException">When the probability is outside [0, 1] or the lengths differ.</exception>
    public abstract void DropoutBackward(
        DeviceView<float> outputGradient, DeviceView<float> inputGradient, float probability, ulong seed, ulong stream);
}
