using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>
/// What a Q&amp;A MNIST model gets of its input at each tick: in turn what it attends to in an image, a word of the question, and nothing.
/// Models create the parts, since their parameters stand in different orders.
/// </summary>
internal sealed class QamnistSenses
{
    private readonly List<Tensor> question = [];
    private readonly List<Tensor> words = [];
    private QamnistInput? input;
    private TickPart? looking;
    private Tensor? silence;
    private int mapHeight, mapWidth;

    public required MnistBackbone Backbone { get; init; }

    public required QuestionEmbedding Embedding { get; init; }

    public required Linear KeyValueProjection { get; init; }

    public required LayerNorm KeyValueNorm { get; init; }

    public required Linear QueryProjection { get; init; }

    public required SingleQueryAttention Attention { get; init; }

    /// <summary>Whether the words of the question pass the projection that keys and values do.</summary>
    public required bool ProjectsQuestion { get; init; }

    /// <summary>Ticks of a part of the question.</summary>
    public required int QuestionPartTicks { get; init; }

    /// <summary>What the model gets of each part of the question.</summary>
    public IReadOnlyList<Tensor> Question => question;

    /// <summary>Reads an input, outside the recurrence.</summary>
    /// <exception cref="ArgumentException">When its parts do not fit together.</exception>
    public void Begin(Tape tape, QamnistInput input)
    {
        int batch = input.Batch, count = input.ImageCount;
        if (input.Images.Batch != count * batch || input.Question.Length % batch != 0 || input.ImageOfTick.Count == 0
            || input.ImageOfTick.Any(i => i < 0 || i >= count))
        {
            throw new ArgumentException(
                $"{input.Images.Batch} images and {input.Question.Length} codes for {batch} samples, and digit ticks of "
                + $"images {string.Join(", ", input.ImageOfTick)}, do not fit together.");
        }

        this.input = input;
        Attention.Begin(tape, Project(tape, Features(tape, input)), batch, count);
        question.Clear();
        words.Clear();
        int part = QuestionPartTicks * batch;
        for (int first = 0; first < input.Question.Length; first += part)
        {
            ReadOnlySpan<int> codes = input.Question.Span[first..Math.Min(first + part, input.Question.Length)];
            Tensor vectors = Embedding.Forward(tape, codes, areOperators: first / part % 2 == 1);
            vectors = ProjectsQuestion ? Project(tape, vectors) : vectors;
            question.Add(vectors);
            words.AddRange(tape.Split(vectors, codes.Length / batch));
        }

        silence = tape.New(batch, Attention.Width, needsGradient: false);
        tape.Device.Elementwise.Fill(silence.Data, 0f);
    }

    /// <summary>Begins the recurrence.</summary>
    public void BeginTicks(Tape tape, int ticks)
    {
        tape.BeginRecurrence(ticks);
        looking = tape.NewPart(0, input!.ImageOfTick.Count);
    }

    /// <summary>What a tick gets, shape [B, d_input].</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="tick">The tick, begun.</param>
    /// <param name="mind">Gives what a query is made of.</param>
    public Tensor At(Tape tape, int tick, QamnistModel mind)
    {
        int digits = input!.ImageOfTick.Count;
        if (tick >= digits)
        {
            return tick - digits < words.Count ? words[tick - digits] : silence!;
        }

        tape.EnterPart(looking!);
        Tensor seen = Attention.Forward(tape, QueryProjection.Forward(tape, mind.Query(tape)), input.ImageOfTick[tick]);
        tape.LeavePart();
        return seen;
    }

    /// <summary>Where the model looked, for all digit ticks.</summary>
    public AttentionTrack Track(Tape tape) => new(tape.AllTicks(Attention.Weights!), Attention.Heads, mapHeight, mapWidth);

    // Each image goes through the backbone by itself, since BatchNorm mixes what it gets at once.
    private Tensor Features(Tape tape, QamnistInput input)
    {
        FeatureMap images = input.Images, features = images;
        IReadOnlyList<Tensor> each = tape.Split(images.Tensor, input.ImageCount);
        tape.BeginRecurrence(input.ImageCount);
        for (int i = 0; i < input.ImageCount; i++)
        {
            tape.BeginTick(i);
            features = Backbone.Forward(tape, images with { Tensor = each[i], Batch = input.Batch });
        }

        tape.EndRecurrence();
        (mapHeight, mapWidth) = (features.Height, features.Width);
        return tape.AllTicks(features.Tensor);
    }

    private Tensor Project(Tape tape, Tensor tokens) => KeyValueNorm.Forward(tape, KeyValueProjection.Forward(tape, tokens));
}
