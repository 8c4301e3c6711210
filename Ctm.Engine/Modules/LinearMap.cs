using System.Diagnostics.CodeAnalysis;
using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Engine.Modules;

/// <summary>
/// y = x W^T + b. W is packed for both directions once per change, but where ticks are computed again to spare memory; its gradient is
/// formed over all ticks of a recurrence's segment at once.
/// </summary>
public abstract class LinearMap : IDeferred, IDisposable
{
    private readonly ParameterSet set;
    private readonly string name;
    private readonly SlabRuns runs = new();
    private PackedMatrix? forward, backward;
    private int forwardVersion = -1, backwardVersion = -1;

    private protected LinearMap(ParameterSet set, string name, int inputs, int outputs)
    {
        this.set = set;
        this.name = name;
        Inputs = inputs;
        Outputs = outputs;
        set.Own(this);
    }

    /// <summary>Columns of the input.</summary>
    public int Inputs { get; }

    /// <summary>Columns of the output.</summary>
    public int Outputs { get; }

    /// <summary>W, [outputs, inputs].</summary>
    internal abstract MatrixPart Weight { get; }

    /// <summary>The gradient of W.</summary>
    internal abstract MatrixPart WeightGradient { get; }

    /// <summary>b, [outputs], or absent.</summary>
    internal abstract DeviceView<float> Bias { get; }

    /// <summary>The gradient of b, or absent.</summary>
    internal abstract DeviceView<float> BiasGradient { get; }

    /// <summary>Number that changes when the parameters do.</summary>
    private protected int Version => set.Version;

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
            throw new ArgumentException($"{name} takes {Inputs} columns, the input has {input.Columns}.");
        }

        Tensor output = sum ?? tape.New(input.Rows, Outputs);
        var product = new MatrixProduct(input.Rows, Outputs, Inputs) { Accumulate = sum is not null };
        if (SparesMemory(tape))
        {
            MatrixPart weight = Weight;
            tape.Device.MatrixMultiply.Multiply(
                input.Data, weight.View, output.Data, product with { TransposeB = true, LeadingB = weight.Row }, Bias);
        }
        else
        {
            Pack(tape, ref forward, ref forwardVersion, Inputs, Outputs, transpose: true);
            tape.Device.MatrixMultiply.Multiply(input.Data, forward, output.Data, product, Bias);
        }

        Record(tape, input, output);
        return output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        forward?.Dispose();
        backward?.Dispose();
        DisposeOwn();
        GC.SuppressFinalize(this);
    }

    /// <summary>Has the backward pass lead the output's gradient back to the input and the parameters.</summary>
    internal void Record(Tape tape, Tensor input, Tensor output)
    {
        if (tape.Recording)
        {
            var node = tape.Record<LinearNode>();
            node.Layer = this;
            node.Input = input;
            node.Output = output;
            node.Repeats = tape.InRecurrence;
        }
    }

    void IDeferred.Flush(Tape tape)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            AddWeightGradient(tape, runs[i].A, runs[i].B, runs[i].Rows);
        }

        runs.Clear();
    }

    private protected virtual void DisposeOwn()
    {
    }

    private void Backward(Tape tape, Tensor input, Tensor output, bool repeats)
    {
        if (!output.HasGradient)
        {
            return;
        }

        if (input.NeedsGradient)
        {
            var product = new MatrixProduct(input.Rows, Inputs, Outputs) { Accumulate = input.HasGradient };
            if (SparesMemory(tape))
            {
                MatrixPart weight = Weight;
                tape.Device.MatrixMultiply.Multiply(output.Gradient, weight.View, input.Gradient, product with { LeadingB = weight.Row });
            }
            else
            {
                Pack(tape, ref backward, ref backwardVersion, Outputs, Inputs, transpose: false);
                tape.Device.MatrixMultiply.Multiply(output.Gradient, backward, input.Gradient, product);
            }

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

    // With checkpoints memory comes before time: both packed copies are as large as the weights, and the products pack as they go.
    private bool SparesMemory(Tape tape) => tape.CheckpointTicks > 0 && set.Precision == StoragePrecision.Single;

    private void Pack(Tape tape, [NotNull] ref PackedMatrix? packed, ref int version, int k, int n, bool transpose)
    {
        if (packed is not null && version == set.Version)
        {
            return;
        }

        version = set.Version;
        if (packed?.Precision != set.Precision)
        {
            packed?.Dispose();
            packed = null;
        }

        packed ??= tape.Device.MatrixMultiply.AllocatePacked(k, n, set.Precision);
        tape.Device.MatrixMultiply.Pack(Weight.View, packed, transpose, Weight.Row);
    }

    private void AddWeightGradient(Tape tape, DeviceView<float> input, DeviceView<float> outputGradient, int rows)
    {
        MatrixPart gradient = WeightGradient;
        tape.Device.MatrixMultiply.Multiply(
            outputGradient,
            input,
            gradient.View,
            new MatrixProduct(Outputs, Inputs, rows) { TransposeA = true, Accumulate = true, LeadingC = gradient.Row });
        if (!BiasGradient.IsAbsent)
        {
            tape.Device.Elementwise.SumRows(outputGradient, BiasGradient, rows, Outputs, accumulate: true);
        }
    }

    private sealed class LinearNode : Node
    {
        public LinearMap? Layer { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public bool Repeats { get; set; }

        public override void Backward(Tape tape) => Layer!.Backward(tape, Input!, Output!, Repeats);
    }
}

/// <summary>Some rows and columns of a row-major matrix.</summary>
/// <param name="View">From the first value of the part to its last.</param>
/// <param name="Row">Values from one row to the next.</param>
internal readonly record struct MatrixPart(DeviceView<float> View, int Row);
