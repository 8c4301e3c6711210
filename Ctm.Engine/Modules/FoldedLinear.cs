using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Engine.Modules;

/// <summary>
/// Two linear layers, one behind the other, as one: W = W2 W1, b = W2 b1 + b2. It is multiplied out once per change of the parameters,
/// and its gradient is led back to both once per backward pass, which costs little where many ticks use it.
/// </summary>
internal sealed class FoldedLinear : LinearMap
{
    private readonly LinearMap first, second;
    private DeviceBuffer<float>? weight, bias, weightGradient, biasGradient;
    private int version = -1;

    /// <summary>Folds two layers.</summary>
    /// <param name="set">Owner of the parameters.</param>
    /// <param name="first">The layer that sees the input; it has a bias.</param>
    /// <param name="second">The layer that sees what the first gives; it has a bias.</param>
    public FoldedLinear(ParameterSet set, LinearMap first, LinearMap second)
        : base(set, "folded layers", first.Inputs, second.Outputs)
    {
        if (first.Outputs != second.Inputs)
        {
            throw new ArgumentException($"A layer of {first.Outputs} outputs cannot be followed by one of {second.Inputs} inputs.");
        }

        this.first = first;
        this.second = second;
    }

    internal override MatrixPart Weight => new(weight!.View, Inputs);

    internal override MatrixPart WeightGradient => new(weightGradient!.View, Inputs);

    internal override DeviceView<float> Bias => bias!.View;

    internal override DeviceView<float> BiasGradient => biasGradient!.View;

    /// <summary>Starts a pass. Call it outside of recurrences, before the first use.</summary>
    public void Begin(Tape tape)
    {
        ComputeDevice device = tape.Device;
        weight ??= device.Allocate<float>(Outputs * Inputs);
        bias ??= device.Allocate<float>(Outputs);
        if (version != Version)
        {
            version = Version;
            Multiply(device, second.Weight, first.Weight, weight.View, Outputs, Inputs, first.Outputs);
            device.Elementwise.Copy(second.Bias, bias.View);
            var product = new MatrixProduct(Outputs, 1, first.Outputs) { LeadingA = second.Weight.Row, Accumulate = true };
            device.MatrixMultiply.Multiply(second.Weight.View, first.Bias, bias.View, product);
        }

        if (tape.Recording)
        {
            weightGradient ??= device.Allocate<float>(weight.Length);
            biasGradient ??= device.Allocate<float>(bias.Length);
            device.Elementwise.Fill(weightGradient.View, 0f);
            device.Elementwise.Fill(biasGradient.View, 0f);
            tape.Record<FoldNode>().Layer = this;
        }
    }

    private protected override void DisposeOwn()
    {
        weight?.Dispose();
        bias?.Dispose();
        weightGradient?.Dispose();
        biasGradient?.Dispose();
    }

    private static void Multiply(ComputeDevice device, MatrixPart a, MatrixPart b, DeviceView<float> c, int m, int n, int k) =>
        device.MatrixMultiply.Multiply(a.View, b.View, c, new MatrixProduct(m, n, k) { LeadingA = a.Row, LeadingB = b.Row });

    private void Backward(Tape tape)
    {
        MatrixMultiplyKernels kernels = tape.Device.MatrixMultiply;
        int middle = first.Outputs;
        MatrixPart w1 = first.Weight, w2 = second.Weight, g1 = first.WeightGradient, g2 = second.WeightGradient;
        DeviceView<float> g = weightGradient!.View, gb = biasGradient!.View;
        kernels.Multiply(g, w1.View, g2.View, new MatrixProduct(Outputs, middle, Inputs)
        {
            TransposeB = true,
            LeadingB = w1.Row,
            LeadingC = g2.Row,
            Accumulate = true,
        });
        kernels.Multiply(gb, first.Bias, g2.View, new MatrixProduct(Outputs, middle, 1) { LeadingC = g2.Row, Accumulate = true });
        kernels.Multiply(w2.View, g, g1.View, new MatrixProduct(middle, Inputs, Outputs)
        {
            TransposeA = true,
            LeadingA = w2.Row,
            LeadingC = g1.Row,
            Accumulate = true,
        });
        kernels.Multiply(w2.View, gb, first.BiasGradient, new MatrixProduct(middle, 1, Outputs)
        {
            TransposeA = true,
            LeadingA = w2.Row,
            Accumulate = true,
        });
        tape.Device.Elementwise.Accumulate(gb, 1f, second.BiasGradient);
    }

    /// <summary>The start of a pass, where the backward pass has all of the gradient.</summary>
    private sealed class FoldNode : Node
    {
        public FoldedLinear? Layer { get; set; }

        public override void Backward(Tape tape) => Layer!.Backward(tape);
    }
}
