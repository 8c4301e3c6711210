using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>The shape of a model that sorts numbers: it gets all of them at every tick and has a class for each, and the last for blank.</summary>
public interface ISortConfiguration
{
    /// <summary>How many numbers there are to sort.</summary>
    int Numbers { get; }

    /// <summary>The same shape for another count of numbers, with the classes that belong to it.</summary>
    TickModelConfiguration For(int numbers);

    /// <summary>The numbers of a batch, shape [batch, numbers].</summary>
    /// <exception cref="ArgumentException">When there are not as many numbers as the model sorts.</exception>
    internal Tensor Rows(Tape tape, FeatureMap inputs)
    {
        if (inputs.Tensor.Length != inputs.Batch * Numbers)
        {
            int given = inputs.Tensor.Length / Math.Max(1, inputs.Batch);
            throw new ArgumentException($"The model sorts {Numbers} numbers, {given} are given.", nameof(inputs));
        }

        return tape.Reshape(inputs.Tensor, inputs.Batch);
    }

    /// <summary>Fails unless the classes belong to the numbers.</summary>
    /// <exception cref="ModelConfigurationException">Says how many there must be.</exception>
    internal void CheckClasses(TickModelConfiguration configuration)
    {
        ModelConfiguration.Require(configuration.PredictionReshaper is [-1], $"prediction_reshaper must be [-1] for {configuration.Kind}");
        ModelConfiguration.Require(
            configuration.OutputWidth == Numbers + 1,
            $"out_dims is {configuration.OutputWidth}, it must be d_input + 1 = {Numbers + 1}: a class for each number, and blank");
    }
}
