using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Engine.Modules;

/// <summary>
/// y = x W^T + b, with W [outputs, inputs] as the reference stores it. W is packed for both directions once per change, and
/// its gradient is formed over all ticks of a recurrence at once.
/// </summary>
public sealed class Linear : IDeferred, IDisposable
{
    private readonly ParameterSet set;
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly int firstOutput;
    private readonly SlabRuns runs = new();
    private PackedMatrix? forward, backward;
    private int forwardVersion = -1, backwardVersion = -1;

    /// <summary>A layer with parameters <c>name.weight</c> and <c>name.bias</c>.</summary>
    public Linear(ParameterSet set, string name, int inputs, int outputs, bool hasBias = true)
        : this(
            set,
            set.Add(name + ".weight", [outputs, inputs], Initializer.FanIn(inputs)),
            hasBias ? set.Add(name + ".bias", [outputs], Initializer.FanIn(inputs)) : null,
            0,
            outputs)
    {
    }

    /// <summary>A layer made of some rows of a larger weight, as the packed projections of an attention block are.</summary>
    public Linear(ParameterSet set, Parameter weight, Parameter? bias, int firstOutput, int outputs)
    {
        this.set = set;
        this.weight = weight;
        this.bias = bias;
        this.firstOutput = firstOutput;
        Inputs = weight.Shape[1];
        Outputs = outputs;
        set.Own(this);
    }

    /// <summary>Columns of the input.</summary>
    public int Inputs { get; }

    /// <summary>Columns of the output.</summary>
    public int Outputs { get; }

    private DeviceView<float> Weight => weight.Data.Slice(firstOutput * Inputs, Outputs * Inputs);

    private DeviceView<float> Bias => bias is null ? default : bias.Data.Slice(firstOutput, Outputs);

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [rows, inputs].</param>
    /// <param name="sum">What the result is added to, shape [rows, outputs], so far without a consumer; null makes a new tensor.</param>
    /// <returns>The result, shape [rows, outputs]; where there is a sum, the sum.</returns>
    /// <exception cref="ArgumentException">When the input has another width.</exception>
    public Tensor Forward(Tape tape, Tensor input, Tensor? sum = null)
    {
        if (input.Columns != Inputs)
        {
            throw new ArgumentException($"{weight.Name} takes {Inputs} columns, the input has {input.Columns}.");
        }

        forward ??= tape.Device.MatrixMultiply.AllocatePacked(Inputs, Outputs);
        if (forwardVersion != set.Version)
        {
            forwardVersion = set.Version;
            tape.Device.MatrixMultiply.Pack(Weight, forward, transpose: true);
        }

        Tensor output = sum ?? tape.New(input.Rows, Outputs);
        var product = new MatrixProduct(input.Rows, Outputs, Inputs) { Accumulate = sum is not null };
        tape.Device.MatrixMultiply.Multiply(input.Data, forward, output.Data, product, Bias);
        if (tape.Recording)
        {
            var node = tape.Record<LinearNode>();
            node.Layer = this;
            node.Input = input;
            node.Output = output;
            node.Repeats = tape.InRecurrence;
        }

        return output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        forward?.Dispose();
        backward?.Dispose();
    }

    void IDeferred.Flush(Tape tape)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            AddWeightGradient(tape, runs[i].A, runs[i].B, runs[i].Rows);
        }

        runs.Clear();
    }

    private void Backward(Tape tape, Tensor input, Tensor output, bool repeats)
    {
        if (!output.HasGradient)
        {
            return;
        }

        if (input.NeedsGradient)
        {
            backward ??= tape.Device.MatrixMultiply.AllocatePacked(Outputs, Inputs);
            if (backwardVersion != set.Version)
            {
                backwardVersion = set.Version;
                tape.Device.MatrixMultiply.Pack(Weight, backward, transpose: false);
            }

            tape.Device.MatrixMultiply.Multiply(
                output.Gradient,
                backward,
                input.Gradient,
                new MatrixProduct(input.Rows, Inputs, Outputs) { Accumulate = input.HasGradient });
            input.MarkGradient();
        }

        if (repeats)
        {
            tape.Defer(this);
            runs.Add(input.Rows, input.Data, output.Gradient);
        }
        else
        {
            AddWeightGradient(tape, input.Data, output.Gradient, input.Rows);
        }
    }

    private void AddWeightGradient(Tape tape, DeviceView<float> input, DeviceView<float> outputGradient, int rows)
    {
        tape.Device.MatrixMultiply.Multiply(
            outputGradient,
            input,
            weight.Gradient.Slice(firstOutput * Inputs, Outputs * Inputs),
            new MatrixProduct(Outputs, Inputs, rows) { TransposeA = true, Accumulate = true });
        if (bias is not null)
        {
            tape.Device.Elementwise.SumRows(
                outputGradient, bias.Gradient.Slice(firstOutput, Outputs), rows, Outputs, accumulate: true);
        }
    }

    private sealed class LinearNode : Node
    {
        public Linear? Layer { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public bool Repeats { get; set; }

        public override void Backward(Tape tape) => Layer!.Backward(tape, Input!, Output!, Repeats);
    }
}
