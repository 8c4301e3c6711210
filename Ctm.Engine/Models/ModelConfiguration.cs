using System.Text.Json.Serialization;
using Ctm.Engine.Files;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of a model. Saved as <c>config.json</c> under the reference's argument names, with the key <c>model</c> for its kind; a
/// file without that key is of kind <c>ctm</c>, as the hub form has it.
/// </summary>
[JsonConverter(typeof(ModelConfigurationConverter<ModelConfiguration>))]
public abstract record ModelConfiguration
{
    /// <summary>Kind of the model, a key of <see cref="ModelKinds"/>.</summary>
    [JsonPropertyName("model")]
    [JsonPropertyOrder(-1)]
    public abstract string Kind { get; }

    /// <summary>Checks that the sizes fit together.</summary>
    /// <exception cref="ModelConfigurationException">When they do not; says which and what would be right.</exception>
    public abstract void Validate();

    /// <summary>Creates a model of this shape with drawn start values.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="seed">Seed of the start values and of the neuron pairs.</param>
    /// <exception cref="ModelConfigurationException">When the sizes do not fit together.</exception>
    public Model Create(ComputeDevice device, ulong seed)
    {
        Validate();
        Model model = Build(device, seed);
        model.Parameters.Allocate(seed);
        return model;
    }

    /// <summary>Number of trained values that a model of this shape has; no memory is taken for them.</summary>
    /// <exception cref="ModelConfigurationException">When the sizes do not fit together.</exception>
    public long CountParameters(ComputeDevice device)
    {
        Validate();
        using Model model = Build(device, seed: 0);
        return model.Parameters.Count;
    }

    /// <summary>Names, shapes and kinds of the tensors of a model of this shape; no memory is taken for parameters.</summary>
    /// <exception cref="ModelConfigurationException">When the sizes do not fit together.</exception>
    public IReadOnlyList<StateTensorSpec> DescribeState(ComputeDevice device)
    {
        Validate();
        using Model model = Build(device, seed: 0);
        return [.. ModelState.Specs(model.Parameters)];
    }

    /// <summary>Makes the parts of a model of this shape, whose parameters have names and shapes but no memory yet.</summary>
    protected abstract Model Build(ComputeDevice device, ulong seed);

    /// <summary>Fails unless a size is 1 or more.</summary>
    protected internal static void Positive(int value, string name) => Require(value > 0, $"{name} is {value}, it must be 1 or more");

    /// <summary>Fails unless a factor is a finite number above 0.</summary>
    protected internal static void AboveZero(float value, string name) =>
        Require(value > 0f && float.IsFinite(value), FormattableString.Invariant($"{name} is {value}, it must be above 0"));

    /// <summary>Fails unless the decays can start with a value.</summary>
    protected internal static void DecayAtStart(float value, float highest) =>
        Require(value >= 0f && value <= highest, FormattableString.Invariant($"start_decay is {value}, it must be 0 to {highest}"));

    /// <summary>Fails unless a condition holds; the message has no full stop.</summary>
    protected internal static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ModelConfigurationException(message + ".");
        }
    }
}

/// <summary>A model cannot have the shape that was asked for.</summary>
/// <param name="message">One line that says why.</param>
public sealed class ModelConfigurationException(string message) : Exception(message);
