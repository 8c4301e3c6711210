using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>A learned vector for each place of a feature map, added to it (<c>positional_embedding.weight</c>, [places, channels]).</summary>
public sealed class LearnedPositions(ParameterSet set, int places, int channels) : IPositionalEmbedding
{
    private readonly Parameter weight = set.Add("positional_embedding.weight", [places, channels], Initializer.Normal(0.1));

    /// <inheritdoc/>
    public FeatureMap Add(Tape tape, FeatureMap features)
    {
        Tensor input = features.Tensor;
        int batch = features.Batch;
        if (input.Length != batch * weight.Length)
        {
            throw new ArgumentException($"The positions are made for {places} places, the feature map has {input.Rows / batch}.");
        }

        Tensor output = tape.New(input.Rows, input.Columns);
        tape.Device.Elementwise.BroadcastRows(weight.Data, output.Data, batch, weight.Length);
        tape.Device.Elementwise.Accumulate(input.Data, 1f, output.Data);
        if (tape.Recording)
        {
            var node = tape.Record<PositionNode>();
            node.Weight = weight;
            node.Input = input;
            node.Output = output;
            node.Batch = batch;
        }

        return features with { Tensor = output };
    }

    private sealed class PositionNode : Node
    {
        public Parameter? Weight { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public int Batch { get; set; }

        public override void Backward(Tape tape)
        {
            if (!Output!.HasGradient)
            {
                return;
            }

            tape.Device.Elementwise.SumRows(Output.Gradient, Weight!.Gradient, Batch, Weight.Length, accumulate: true);
            if (Input!.NeedsGradient)
            {
                tape.Device.Elementwise.Copy(Output.Gradient, tape.Target(Input));
                tape.Deliver(Input);
            }
        }
    }
}
