using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The transformer baseline, not in the reference: a learned class token beside the tokens of the backbone, and pre-norm blocks that
/// are gone through once a tick, with an answer read from the class token after each. The ticks share the blocks, as those of the
/// CTM share its weights: so more ticks are more computation and no more parameters, and loss, certainty and early exit mean what
/// they mean for the other models. One tick is an ordinary transformer.
/// </summary>
public sealed class TransformerModel : TickModel, IRecurrence
{
    private readonly IBackbone backbone;
    private readonly IPositionalEmbedding? positions;
    private readonly StartState classToken;
    private readonly Linear inputProjection, outputProjection;
    private readonly TransformerBlock[] blocks;
    private readonly LayerNorm outputNorm;
    private readonly CarriedTensor x = new();
    private Tensor? answer;
    private int batch;

    internal TransformerModel(ComputeDevice device, TransformerConfiguration configuration)
        : base(device)
    {
        TransformerConfiguration c = Configuration = configuration;
        ParameterSet set = Parameters;
        classToken = new StartState(set.Add("class_token", [c.Width], Initializer.FanIn(c.Width)));
        backbone = BackboneFactory.Create(set, c);
        positions = PositionalEmbeddings.Create(set, c.PositionalEmbedding, backbone, c.ImageSize);
        inputProjection = new Linear(set, "input_projector", backbone.Channels, c.Width);
        blocks = [.. Enumerable.Range(0, c.Layers).Select(i => new TransformerBlock(set, $"blocks.{i}", c.Width, c.Heads, c.Dropout))];
        outputNorm = new LayerNorm(set, "output_projector.0", c.Width);
        outputProjection = new Linear(set, "output_projector.1", c.Width, c.OutputWidth);
    }

    /// <inheritdoc/>
    public override TransformerConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override TickOutput Forward(Tape tape, FeatureMap inputs, int ticks)
    {
        int width = Configuration.Width;
        batch = inputs.Batch;
        FeatureMap features = backbone.Forward(tape, inputs);
        features = positions?.Add(tape, features) ?? features;
        Tensor tokens = tape.Reshape(inputProjection.Forward(tape, features.Tensor), batch);
        int count = (tokens.Columns / width) + 1;
        x.Value = tape.Reshape(tape.Concatenate(classToken.Forward(tape, batch), tokens), batch * count);
        tape.Carry(x);
        tape.Recur(ticks, batch * count, this);
        Tensor answers = tape.AllTicks(answer!);
        return new TickOutput
        {
            Batch = batch,
            Ticks = ticks,
            Predictions = outputProjection.Forward(tape, outputNorm.Forward(tape, answers)),
            PostActivations = answers,
        };
    }

    void IRecurrence.Tick(Tape tape, int tick)
    {
        foreach (TransformerBlock block in blocks)
        {
            x.Value = block.Forward(tape, x.Value!, batch);
        }

        answer = tape.Slice(x.Value!, batch, 0, Configuration.Width, keep: true);
    }
}
