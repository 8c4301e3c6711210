using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Agents;

/// <summary>An actor or a critic: Linear-ReLU twice, 64 wide, and Linear; orthogonal weights with gain 1 and biases of 0 at first.</summary>
internal sealed class AgentHead(ParameterSet set, string name, int inputs, int outputs)
{
    private const int Width = 64;

    private readonly Linear first = Layer(set, name + ".0", inputs, Width);
    private readonly Linear second = Layer(set, name + ".2", Width, Width);
    private readonly Linear last = Layer(set, name + ".4", Width, outputs);

    /// <summary>Applies it: [rows, inputs] to [rows, outputs].</summary>
    public Tensor Forward(Tape tape, Tensor input)
    {
        Tensor x = tape.Relu(first.Forward(tape, input));
        return last.Forward(tape, tape.Relu(second.Forward(tape, x)));
    }

    private static Linear Layer(ParameterSet set, string name, int inputs, int outputs) => new(
        set,
        set.Add(name + ".weight", [outputs, inputs], Initializer.Orthogonal(1), matrices: 1),
        set.Add(name + ".bias", [outputs], Initializer.Constant(0f)),
        0,
        outputs);
}
