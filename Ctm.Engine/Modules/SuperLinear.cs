using Ctm.Engine.Autograd;
using Ctm.Kernels.SuperLinear;

namespace Ctm.Engine.Modules;

/// <summary>
/// A linear map of every neuron's own, divided by a learned temperature, behind dropout and, where asked, a LayerNorm that all neurons
/// share (models/modules.py, SuperLinear). Parameters <c>w1</c> [inputs, outputs, D], <c>b1</c> [1, D, outputs], <c>T</c> [1],
/// <c>layernorm.weight</c> and <c>layernorm.bias</c> [inputs].
/// </summary>
public sealed class SuperLinear
{
    private readonly Parameter weight, bias, temperature;
    private readonly LayerNorm? norm;
    private readonly int inputs, outputs, neurons;
    private readonly float dropout;

    /// <summary>Creates the parameters.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="prefix">What their names start with, such as <c>trace_processor.0.0.</c>.</param>
    /// <param name="inputs">Values that a neuron maps.</param>
    /// <param name="outputs">Values that it maps them to.</param>
    /// <param name="neurons">Number of neurons D.</param>
    /// <param name="normalize">Whether each neuron's inputs are normalised first.</param>
    /// <param name="dropout">Dropout on the inputs, before the normalisation.</param>
    /// <param name="startTemperature">The temperature before training.</param>
    public SuperLinear(
        ParameterSet set, string prefix, int inputs, int outputs, int neurons, bool normalize, float dropout, float startTemperature = 1f)
    {
        (weight, bias, temperature) = AddParameters(set, prefix, inputs, outputs, neurons, startTemperature);
        norm = normalize ? new LayerNorm(set, prefix + "layernorm", inputs) : null;
        this.inputs = inputs;
        this.outputs = outputs;
        this.neurons = neurons;
        this.dropout = dropout;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [batch * D, inputs]: the neurons of a sample side by side.</param>
    /// <returns>Shape [batch * D, outputs].</returns>
    public Tensor Forward(Tape tape, Tensor input)
    {
        Tensor x = tape.Dropout(input, dropout);
        x = norm?.Forward(tape, x) ?? x;
        Tensor output = tape.New(x.Rows, outputs);
        tape.Device.SuperLinear.Forward(x.Data, weight.Data, bias.Data, temperature.Data, output.Data, Shape(x));
        if (tape.Recording)
        {
            var node = tape.Record<MapNode>();
            node.Layer = this;
            node.Input = x;
            node.Output = output;
        }

        return output;
    }

    /// <summary>Adds the parameters of a layer without normalisation.</summary>
    internal static (Parameter Weight, Parameter Bias, Parameter Temperature) AddParameters(
        ParameterSet set, string prefix, int inputs, int outputs, int neurons, float startTemperature)
    {
        Parameter weight = set.Add(prefix + "w1", [inputs, outputs, neurons], Initializer.Uniform(1 / Math.Sqrt(inputs + outputs)));
        Parameter bias = set.Add(prefix + "b1", [1, neurons, outputs], Initializer.Constant(0f));
        return (weight, bias, set.Add(prefix + "T", [1], Initializer.Constant(startTemperature)));
    }

    private SuperLinearShape Shape(Tensor input) => new(input.Rows / neurons, neurons, inputs, outputs);

    private void Backward(Tape tape, Tensor input, Tensor output)
    {
        if (!output.HasGradient)
        {
            return;
        }

        tape.Device.SuperLinear.Backward(
            input.Data,
            weight.Data,
            temperature.Data,
            output.Data,
            output.Gradient,
            input.NeedsGradient ? tape.Target(input) : default,
            weight.Gradient,
            bias.Gradient,
            temperature.Gradient,
            Shape(input));
        if (input.NeedsGradient)
        {
            tape.Deliver(input);
        }
    }

    private sealed class MapNode : Node
    {
        public SuperLinear? Layer { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape) => Layer!.Backward(tape, Input!, Output!);
    }
}
