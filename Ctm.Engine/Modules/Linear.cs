using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>y = x W^T + b, with W [outputs, inputs] a parameter as the reference stores it, or a part of one.</summary>
public sealed class Linear : LinearMap
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly int firstOutput, firstInput;

    /// <summary>A layer with parameters <c>name.weight</c> and <c>name.bias</c>.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of the input.</param>
    /// <param name="outputs">Columns of the output.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <param name="matrices">See <see cref="Parameter.Matrices"/>.</param>
    public Linear(ParameterSet set, string name, int inputs, int outputs, bool hasBias = true, int matrices = 1)
        : this(
            set,
            set.Add(name + ".weight", [outputs, inputs], Initializer.FanIn(inputs), matrices: matrices),
            hasBias ? set.Add(name + ".bias", [outputs], Initializer.FanIn(inputs)) : null,
            0,
            outputs)
    {
    }

    /// <summary>A layer made of some rows of a larger weight, as the packed projections of an attention block are.</summary>
    public Linear(ParameterSet set, Parameter weight, Parameter? bias, int firstOutput, int outputs)
        : this(set, weight, bias, firstOutput, outputs, 0, weight.Shape[1])
    {
    }

    private Linear(ParameterSet set, Parameter weight, Parameter? bias, int firstOutput, int outputs, int firstInput, int inputs)
        : base(set, weight.Name, inputs, outputs)
    {
        this.weight = weight;
        this.bias = bias;
        this.firstOutput = firstOutput;
        this.firstInput = firstInput;
    }

    /// <inheritdoc/>
    internal override MatrixPart Weight => Part(weight.Data);

    /// <inheritdoc/>
    internal override MatrixPart WeightGradient => Part(weight.Gradient);

    /// <inheritdoc/>
    internal override DeviceView<float> Bias => bias is null ? default : bias.Data.Slice(firstOutput, Outputs);

    /// <inheritdoc/>
    internal override DeviceView<float> BiasGradient => bias is null ? default : bias.Gradient.Slice(firstOutput, Outputs);

    /// <summary>The layer's share of some columns of its input: the shares of all columns add up to the layer.</summary>
    /// <param name="set">Owner of the parameters.</param>
    /// <param name="first">First column.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="hasBias">Whether the share adds the bias.</param>
    internal Linear OfColumns(ParameterSet set, int first, int columns, bool hasBias) =>
        new(set, weight, hasBias ? bias : null, firstOutput, Outputs, firstInput + first, columns);

    private MatrixPart Part(DeviceView<float> all)
    {
        int row = weight.Shape[1];
        return new MatrixPart(all.Slice((firstOutput * row) + firstInput, ((Outputs - 1) * row) + Inputs), row);
    }
}
