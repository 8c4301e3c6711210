using Ctm.Engine.Autograd;
using Ctm.Kernels.Convolution;

namespace Ctm.Engine.Modules;

/// <summary>Rows of pixels: a tensor [batch * height * width, channels] with its geometry.</summary>
/// <param name="Tensor">The values, channels fastest.</param>
/// <param name="Batch">Number of images.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Width">Pixels across.</param>
public readonly record struct FeatureMap(Tensor Tensor, int Batch, int Height, int Width)
{
    /// <summary>Number of channels.</summary>
    public int Channels => Tensor.Columns;
}

/// <summary>Two-dimensional convolution with square kernels; weight [outputs, inputs / groups, k, k] as the reference stores it.</summary>
public sealed class Convolution2d : IDisposable
{
    private readonly ParameterSet set;
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly int inputs, outputs, kernel, stride, padding, groups;
    private PackedConvolution? packed;
    private ConvolutionShape packedShape;
    private int version = -1;

    /// <summary>A layer with parameters <c>name.weight</c> and, if wanted, <c>name.bias</c>.</summary>
    public Convolution2d(
        ParameterSet set, string name, int inputs, int outputs, int kernel, int stride, int padding, bool hasBias, int groups = 1)
    {
        this.set = set;
        this.inputs = inputs;
        this.outputs = outputs;
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
        this.groups = groups;
        set.Own(this);
        int fanIn = inputs / groups * kernel * kernel;
        weight = set.Add(name + ".weight", [outputs, inputs / groups, kernel, kernel], Initializer.FanIn(fanIn), matrices: groups);
        bias = hasBias ? set.Add(name + ".bias", [outputs], Initializer.FanIn(fanIn)) : null;
    }

    /// <summary>Applies the layer.</summary>
    /// <exception cref="ArgumentException">When the input has another number of channels.</exception>
    public FeatureMap Forward(Tape tape, FeatureMap input)
    {
        if (input.Channels != inputs)
        {
            throw new ArgumentException($"{weight.Name} takes {inputs} channels, the input has {input.Channels}.");
        }

        var shape = new ConvolutionShape(input.Batch, input.Height, input.Width, input.Channels, outputs, kernel, kernel)
        {
            Stride = stride,
            Padding = padding,
            Groups = groups,
        };
        Pack(tape, shape);
        Tensor output = tape.New(input.Batch * shape.OutHeight * shape.OutWidth, outputs);
        tape.Device.Convolution.Forward(shape, input.Tensor.Data, packed!, output.Data, bias?.Data ?? default);
        if (tape.Recording)
        {
            var node = tape.Record<ConvolutionNode>();
            node.Layer = this;
            node.Shape = shape;
            node.Input = input.Tensor;
            node.Output = output;
        }

        return new FeatureMap(output, input.Batch, shape.OutHeight, shape.OutWidth);
    }

    /// <inheritdoc/>
    public void Dispose() => packed?.Dispose();

    private void Pack(Tape tape, in ConvolutionShape shape)
    {
        if (packed is null || packedShape != shape)
        {
            packed?.Dispose();
            packed = tape.Device.Convolution.AllocateWeights(shape);
            packedShape = shape;
            version = -1;
        }

        if (version != set.Version)
        {
            version = set.Version;
            tape.Device.Convolution.PackWeights(weight.Data, packed);
        }
    }

    private void Backward(Tape tape, in ConvolutionShape shape, Tensor input, Tensor output)
    {
        if (!output.HasGradient)
        {
            return;
        }

        if (input.NeedsGradient)
        {
            tape.Device.Convolution.BackwardInput(shape, output.Gradient, packed!, input.Gradient, input.HasGradient);
            input.MarkGradient();
        }

        tape.Device.Convolution.BackwardWeights(shape, input.Data, output.Gradient, weight.Gradient, bias?.Gradient ?? default);
    }

    private sealed class ConvolutionNode : Node
    {
        public Convolution2d? Layer { get; set; }

        public ConvolutionShape Shape { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape) => Layer!.Backward(tape, Shape, Input!, Output!);
    }
}
