using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// A pre-norm transformer block: tokens attend to one another, then each goes through two layers four times as wide with SiLU between;
/// both add to what came in. Parameters <c>name.norm1</c>, <c>name.attention</c>, <c>name.norm2</c>, <c>name.mlp.0</c> and
/// <c>name.mlp.2</c>. Dropout acts on what is added.
/// </summary>
public sealed class TransformerBlock
{
    private const int Widening = 4;
    private readonly LayerNorm attentionNorm, mlpNorm;
    private readonly SelfAttention attention;
    private readonly Linear widen, narrow;
    private readonly float dropout;

    /// <summary>Creates the block.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="width">Width D of the tokens.</param>
    /// <param name="heads">Number of heads, a divisor of the width.</param>
    /// <param name="dropout">Dropout.</param>
    public TransformerBlock(ParameterSet set, string name, int width, int heads, float dropout)
    {
        attentionNorm = new LayerNorm(set, name + ".norm1", width);
        attention = new SelfAttention(set, name + ".attention", width, heads);
        mlpNorm = new LayerNorm(set, name + ".norm2", width);
        widen = new Linear(set, name + ".mlp.0", width, Widening * width);
        narrow = new Linear(set, name + ".mlp.2", Widening * width, width);
        this.dropout = dropout;
    }

    /// <summary>Applies the block.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="tokens">Shape [batch * tokens, D].</param>
    /// <param name="batch">Number of samples.</param>
    /// <returns>Shape [batch * tokens, D].</returns>
    public Tensor Forward(Tape tape, Tensor tokens, int batch)
    {
        Tensor found = attention.Forward(tape, attentionNorm.Forward(tape, tokens), batch);
        Tensor x = tape.Add(tokens, tape.Dropout(found, dropout));
        Tensor wide = tape.Silu(widen.Forward(tape, mlpNorm.Forward(tape, x)));
        return tape.Add(x, tape.Dropout(narrow.Forward(tape, wide), dropout));
    }
}
