using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>Rows of a learned table chosen by number: parameter <c>name.weight</c> [rows, width], normal with deviation 1 at first.</summary>
public sealed class Embedding
{
    private readonly Parameter weight;

    /// <summary>Creates the table.</summary>
    /// <param name="set">Receives the parameter.</param>
    /// <param name="name">Prefix of its name.</param>
    /// <param name="rows">Rows of the table, a few: each looks at every index in the backward pass.</param>
    /// <param name="width">Width of a row.</param>
    public Embedding(ParameterSet set, string name, int rows, int width)
    {
        weight = set.Add(name + ".weight", [rows, width], Initializer.Normal(1));
        Rows = rows;
        Width = width;
    }

    /// <summary>Rows of the table.</summary>
    public int Rows { get; }

    /// <summary>Width of a row.</summary>
    public int Width { get; }

    /// <summary>Rows chosen on the host.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="indices">Row numbers from 0.</param>
    /// <returns>Shape [indices, width].</returns>
    /// <exception cref="ArgumentOutOfRangeException">When there is no such row.</exception>
    public Tensor Forward(Tape tape, ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
        {
            if (index < 0 || index >= Rows)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"{weight.Name} has rows 0 to {Rows - 1}, there is no row {index}.");
            }
        }

        return Forward(tape, tape.Indices(indices));
    }

    /// <summary>Rows chosen on the device.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="indices">Row numbers that last until the backward pass, as those of <see cref="IndexOperations"/> do.</param>
    /// <returns>Shape [indices, width]; NaN for numbers that are not in the table.</returns>
    public Tensor Forward(Tape tape, DeviceView<int> indices)
    {
        Tensor output = tape.New(indices.Length, Width);
        tape.Device.Embedding.Forward(weight.Data, indices, output.Data, Rows, Width);
        if (tape.Recording)
        {
            var node = tape.Record<EmbeddingNode>();
            node.Table = this;
            node.Indices = indices;
            node.Output = output;
        }

        return output;
    }

    private sealed class EmbeddingNode : Node
    {
        public Embedding? Table { get; set; }

        public DeviceView<int> Indices { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient)
            {
                tape.Device.Embedding.Backward(Indices, Output.Gradient, Table!.weight.Gradient, Table.Rows, Table.Width);
            }
        }
    }
}
