using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// Layers of LSTM, each fed by the hidden state of the one below: PyTorch's LSTM, one tick at a time. Parameters
/// <c>name.weight_ih_l0</c> and so on.
/// </summary>
public sealed class LstmStack
{
    private readonly LstmCell[] cells;
    private readonly float dropout;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of the input.</param>
    /// <param name="width">Width D of all states.</param>
    /// <param name="layers">Number of layers, 1 or more.</param>
    /// <param name="dropout">Dropout between layers.</param>
    public LstmStack(ParameterSet set, string name, int inputs, int width, int layers, float dropout = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        cells = [.. Enumerable.Range(0, layers).Select(k => new LstmCell(set, name, k == 0 ? inputs : width, width, $"_l{k}"))];
        this.dropout = dropout;
    }

    /// <summary>Number of layers.</summary>
    public int Layers => cells.Length;

    /// <summary>One tick of all layers.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [batch, inputs].</param>
    /// <param name="states">The states of each layer, lowest first; replaced by those after the tick.</param>
    /// <returns>The hidden state of the top layer, shape [batch, D].</returns>
    /// <exception cref="ArgumentException">When there is not one state a layer, or a shape is wrong.</exception>
    public Tensor Forward(Tape tape, Tensor input, Span<LstmState> states)
    {
        if (states.Length != cells.Length)
        {
            throw new ArgumentException($"{cells.Length} layers take one state each, there are {states.Length}.", nameof(states));
        }

        Tensor x = input;
        for (int k = 0; k < cells.Length; k++)
        {
            states[k] = cells[k].Forward(tape, k == 0 ? x : tape.Dropout(x, dropout), states[k]);
            x = states[k].Hidden;
        }

        return x;
    }
}
