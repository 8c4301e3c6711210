using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// A model that sees digits, hears a question about them and answers. It thinks for as many ticks as its input has, and some more for the
/// answer.
/// </summary>
/// <param name="device">Where it lives.</param>
public abstract class QamnistModel(ComputeDevice device) : Model(device)
{
    /// <inheritdoc/>
    public abstract override QamnistModelConfiguration Configuration { get; }

    private protected abstract QamnistSenses Senses { get; }

    /// <summary>Answers a batch of questions.</summary>
    /// <param name="tape">The tape, begun.</param>
    /// <param name="input">The input.</param>
    /// <exception cref="ArgumentException">When the parts of the input do not fit together.</exception>
    public QamnistOutput Forward(Tape tape, QamnistInput input)
    {
        int digits = input.ImageOfTick.Count, answers = Configuration.AnswerTicks, ticks = digits + input.QuestionTicks + answers;
        Senses.Begin(tape, input);
        Begin(tape, input.Batch, ticks, digits);
        Senses.BeginTicks(tape, ticks);
        for (int tick = 0; tick < ticks; tick++)
        {
            tape.BeginTick(tick);
            Tick(tape, Senses.At(tape, tick, this));
        }

        tape.EndRecurrence();
        TickOutput all = Answer(tape, Senses.Track(tape));
        int rows = answers * input.Batch, length = rows * all.Predictions.Columns, first = all.Predictions.Length - length;
        return new QamnistOutput
        {
            Ticks = all,
            Answers = tape.Reshape(tape.Slice(all.Predictions, 1, first, length), rows),
            Question = Senses.Question,
        };
    }

    /// <summary>What a query is made of at a digit tick, shape [B, width].</summary>
    internal abstract Tensor Query(Tape tape);

    private protected abstract void Begin(Tape tape, int batch, int ticks, int digitTicks);

    private protected abstract void Tick(Tape tape, Tensor input);

    private protected abstract TickOutput Answer(Tape tape, AttentionTrack attention);
}
