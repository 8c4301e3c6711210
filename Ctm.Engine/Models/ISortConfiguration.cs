using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>The shape of a model that sorts numbers: it gets all of them at every tick and has a class for each, and the last for blank.</summary>
public interface ISortConfiguration
{
    /// <summary>How many numbers there are to sort.</summary>
    int Numbers { get; }

    /// <summary>
    /// What the numbers are multiplied by; 1 is the reference's. Start values are drawn for all inputs of the first layer, state included,
    /// so that numbers of deviation 1 hardly move it: with 10 a model learns several times as fast, at four times the learning rate.
    /// </summary>
    float InputGain { get; }

    /// <summary>The same shape for another count of numbers, with the classes that belong to it.</summary>
    TickModelConfiguration For(int numbers);

    /// <summary>The numbers of a batch as the model takes them, shape [batch, numbers].</summary>
    /// <exception cref="ArgumentException">When there are not as many numbers as the model sorts.</exception>
    internal Tensor Rows(Tape tape, FeatureMap inputs)
    {
        if (inputs.Tensor.Length != inputs.Batch * Numbers)
        {
            int given = inputs.Tensor.Length / Math.Max(1, inputs.Batch);
            throw new ArgumentException($"The model sorts {Numbers} numbers, {given} are given.", nameof(inputs));
        }

        Tensor rows = tape.Reshape(inputs.Tensor, inputs.Batch);
        return InputGain == 1f ? rows : tape.Scale(rows, InputGain);
    }

    /// <summary>Fails unless the classes belong to the numbers, and the gain is a gain.</summary>
    /// <exception cref="ModelConfigurationException">Says what would be right.</exception>
    internal void Check(TickModelConfiguration configuration)
    {
        ModelConfiguration.Require(
            InputGain > 0f && float.IsFinite(InputGain), FormattableString.Invariant($"input_gain is {InputGain}, it must be above 0"));
        ModelConfiguration.Require(configuration.PredictionReshaper is [-1], $"prediction_reshaper must be [-1] for {configuration.Kind}");
        ModelConfiguration.Require(
            configuration.OutputWidth == Numbers + 1,
            $"out_dims is {configuration.OutputWidth}, it must be d_input + 1 = {Numbers + 1}: a class for each number, and blank");
    }
}
