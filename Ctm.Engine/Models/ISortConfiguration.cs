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
}

/// <summary>What the shapes of sorting models share.</summary>
internal static class SortShapes
{
    /// <summary>The numbers of a batch as the model takes them, shape [batch, numbers].</summary>
    /// <exception cref="ArgumentException">When there are not as many numbers as the model sorts.</exception>
    public static Tensor Rows(this ISortConfiguration shape, Tape tape, FeatureMap inputs)
    {
        if (inputs.Tensor.Length != inputs.Batch * shape.Numbers)
        {
            int given = inputs.Tensor.Length / Math.Max(1, inputs.Batch);
            throw new ArgumentException($"The model sorts {shape.Numbers} numbers, {given} are given.", nameof(inputs));
        }

        Tensor rows = tape.Reshape(inputs.Tensor, inputs.Batch);
        return shape.InputGain == 1f ? rows : tape.Scale(rows, shape.InputGain);
    }

    /// <summary>Fails unless the classes belong to the numbers, and the gain is a gain.</summary>
    /// <exception cref="ModelConfigurationException">Says what would be right.</exception>
    public static void Check<T>(T shape)
        where T : TickModelConfiguration, ISortConfiguration
    {
        ModelConfiguration.AboveZero(shape.InputGain, "input_gain");
        ModelConfiguration.Require(shape.PredictionReshaper is [-1], $"prediction_reshaper must be [-1] for {shape.Kind}");
        ModelConfiguration.Require(
            shape.OutputWidth == shape.Numbers + 1,
            $"out_dims is {shape.OutputWidth}, it must be d_input + 1 = {shape.Numbers + 1}: a class for each number, and blank");
    }
}
