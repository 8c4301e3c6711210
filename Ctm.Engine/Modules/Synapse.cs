using Ctm.Engine.Autograd;
using Ctm.Kernels.Normalization;

namespace Ctm.Engine.Modules;

/// <summary>
/// The synapse model: what neurons receive from one another and from the input, [rows, inputs] to pre-activations [rows, D].
/// Depth 1 is Dropout-Linear-GLU-LayerNorm, deeper ones are U-Nets (paper section 3.2; models/modules.py, SynapseUNET).
/// </summary>
public abstract class Synapse
{
    /// <summary>The first layer.</summary>
    internal abstract Linear Entry { get; }

    /// <summary>Dropout before the first layer.</summary>
    internal abstract float EntryDropout { get; }

    /// <summary>Pre-activations.</summary>
    public Tensor Forward(Tape tape, Tensor input) => Follow(tape, Entry.Forward(tape, tape.Dropout(input, EntryDropout)));

    /// <summary>Pre-activations from what the first layer gives.</summary>
    internal abstract Tensor Follow(Tape tape, Tensor mapped);

    /// <summary>The synapse model of a depth.</summary>
    public static Synapse Create(ParameterSet set, string name, int inputs, int neurons, int depth, float dropout) => depth == 1
        ? new GatedSynapse(set, name, inputs, neurons, dropout)
        : new SynapseUNet(set, name, inputs, neurons, depth, dropout);
}

/// <summary>The synapse model of depth 1.</summary>
public sealed class GatedSynapse(ParameterSet set, string name, int inputs, int neurons, float dropout) : Synapse
{
    private readonly Linear linear = new(set, name + ".1", inputs, 2 * neurons, matrices: 2);
    private readonly LayerNorm norm = new(set, name + ".3", neurons);

    internal override Linear Entry => linear;

    internal override float EntryDropout => dropout;

    internal override Tensor Follow(Tape tape, Tensor mapped) => norm.Forward(tape, tape.Glu(mapped));
}

/// <summary>The U-shaped synapse model: Linear-LayerNorm-SiLU down to 16 wide and up again, with a normalised skip at each width.</summary>
public sealed class SynapseUNet : Synapse
{
    private readonly Block first;
    private readonly Block[] down, up;
    private readonly SkipNorm[] skips;
    private readonly Bottleneck bottleneck;
    private readonly float dropout;

    /// <summary>Creates the layers of a U-Net with <paramref name="depth"/> widths, 2 or more.</summary>
    public SynapseUNet(ParameterSet set, string name, int inputs, int neurons, int depth, float dropout)
    {
        int[] widths = Widths(neurons, depth);
        this.dropout = dropout;
        first = new Block(set, name + ".first_projection.0", name + ".first_projection.1", inputs, widths[0]);
        down = new Block[depth - 1];
        up = new Block[depth - 1];
        skips = new SkipNorm[depth - 1];
        for (int i = 0; i < depth - 1; i++)
        {
            down[i] = new Block(set, $"{name}.down_projections.{i}.1", $"{name}.down_projections.{i}.2", widths[i], widths[i + 1]);
        }

        for (int i = 0; i < depth - 1; i++)
        {
            up[i] = new Block(set, $"{name}.up_projections.{i}.1", $"{name}.up_projections.{i}.2", widths[i + 1], widths[i]);
        }

        for (int i = 0; i < depth - 1; i++)
        {
            skips[i] = new SkipNorm(up[i].Norm, new LayerNorm(set, $"{name}.skip_lns.{i}", widths[i]));
        }

        bottleneck = new Bottleneck(down[^1].Linear, down[^1].Norm, up[^1].Linear, skips[^1]);
    }

    /// <summary>
    /// The widths, from D to 16 in even steps, cut to integers; computed in doubles as start + i * step, since the reference's
    /// rounding shows for some D at depth 15.
    /// </summary>
    public static int[] Widths(int neurons, int depth)
    {
        double step = (16.0 - neurons) / (depth - 1);
        var widths = new int[depth];
        for (int i = 0; i < depth - 1; i++)
        {
            widths[i] = (int)(neurons + (i * step));
        }

        widths[depth - 1] = 16;
        return widths;
    }

    internal override Linear Entry => first.Linear;

    internal override float EntryDropout => 0f;

    internal override Tensor Follow(Tape tape, Tensor mapped)
    {
        // Dropout would come between the bottleneck's layers.
        int levels = tape.Training && dropout > 0f ? down.Length : down.Length - 1;
        var outputs = new Tensor[levels + 1];
        outputs[0] = first.Norm.Forward(tape, mapped);
        for (int i = 0; i < levels; i++)
        {
            outputs[i + 1] = down[i].Forward(tape, outputs[i], dropout);
        }

        Tensor x = levels < down.Length ? bottleneck.Forward(tape, outputs[^1]) : outputs[^1];
        for (int i = levels - 1; i >= 0; i--)
        {
            x = skips[i].Forward(tape, up[i].Map(tape, x, dropout), outputs[i]);
        }

        return x;
    }

    private sealed class Block(ParameterSet set, string linearName, string normName, int inputs, int outputs)
    {
        public Linear Linear { get; } = new(set, linearName, inputs, outputs);

        public LayerNorm Norm { get; } = new(set, normName, outputs, NormalizationActivation.Silu);

        public Tensor Forward(Tape tape, Tensor input, float dropout) => Norm.Forward(tape, Map(tape, input, dropout));

        public Tensor Map(Tape tape, Tensor input, float dropout) => Linear.Forward(tape, tape.Dropout(input, dropout));
    }
}

/// <summary>The reinforcement learning form's synapse model of depth 1: two gated blocks, dropout before the first only.</summary>
public sealed class DoubleGatedSynapse(ParameterSet set, string name, int inputs, int neurons, float dropout) : Synapse
{
    private readonly Linear first = new(set, name + ".1", inputs, 2 * neurons, matrices: 2);
    private readonly LayerNorm firstNorm = new(set, name + ".3", neurons);
    private readonly Linear second = new(set, name + ".4", neurons, 2 * neurons, matrices: 2);
    private readonly LayerNorm secondNorm = new(set, name + ".6", neurons);

    internal override Linear Entry => first;

    internal override float EntryDropout => dropout;

    internal override Tensor Follow(Tape tape, Tensor mapped)
    {
        Tensor x = firstNorm.Forward(tape, tape.Glu(mapped));
        return secondNorm.Forward(tape, tape.Glu(second.Forward(tape, x)));
    }
}
