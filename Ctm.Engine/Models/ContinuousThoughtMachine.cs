using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// A Continuous Thought Machine (Darlow et al., arXiv 2505.05522): neurons with private models over the history of their
/// incoming signals think for a number of internal ticks; how pairs of them fire together over time is the representation
/// from which the model attends to its input and answers (models/ctm.py).
/// </summary>
public sealed class ContinuousThoughtMachine : TickModel
{
    private readonly IBackbone backbone;
    private readonly IPositionalEmbedding? positions;
    private readonly Linear keyValueProjection, queryProjection, outputProjection;
    private readonly LayerNorm keyValueNorm;
    private readonly SingleQueryAttention attention;
    private readonly Synapse synapse;
    private readonly INeuronLevelModels neurons;
    private readonly Synchronization action, output;
    private readonly StartState startState;

    internal ContinuousThoughtMachine(ComputeDevice device, CtmConfiguration configuration, ulong seed)
        : base(device)
    {
        CtmConfiguration c = Configuration = configuration;
        ParameterSet set = Parameters;

        // The order is the reference's: optimizer states are indexed by it.
        Parameter start = set.Add("start_activated_state", [c.Neurons], Initializer.Uniform(Math.Sqrt(1.0 / c.Neurons)));
        Parameter trace = set.Add(
            "start_trace", [c.Neurons, c.MemoryLength], Initializer.Uniform(Math.Sqrt(1.0 / (c.Neurons + c.MemoryLength))));
        Parameter actionDecay = Synchronization.AddDecay(set, "action", c.NeuronSelection, c.ActionNeurons);
        Parameter outputDecay = Synchronization.AddDecay(set, "out", c.NeuronSelection, c.OutputNeurons);
        startState = new StartState(start);
        backbone = BackboneFactory.Create(set, c);
        positions = PositionalEmbeddings.Create(set, c.PositionalEmbedding, backbone, c.ImageSize);
        keyValueProjection = new Linear(set, "kv_proj.0", backbone.Channels, c.InputWidth);
        keyValueNorm = new LayerNorm(set, "kv_proj.1", c.InputWidth);
        queryProjection = new Linear(set, "q_proj", Synchronization.CountPairs(c.NeuronSelection, c.ActionNeurons), c.InputWidth);
        attention = new SingleQueryAttention(set, "attention", c.InputWidth, c.Heads);
        synapse = Synapse.Create(set, "synapses", c.InputWidth + c.Neurons, c.Neurons, c.SynapseDepth, c.Dropout);
        int hidden = c.DeepNeuronLevelModels ? c.HiddenWidth : 0;
        float historyDropout = c.DropoutNlm ?? c.Dropout;
        neurons = c.NormalizeHistory || historyDropout > 0f
            ? new WindowedNeuronLevelModels(set, trace, c.Neurons, c.MemoryLength, hidden, c.NormalizeHistory, historyDropout)
            : new NeuronLevelModels(set, trace, c.Neurons, c.MemoryLength, hidden);
        outputProjection = new Linear(set, "output_projector.0", Synchronization.CountPairs(c.NeuronSelection, c.OutputNeurons), c.OutputWidth);
        action = new Synchronization(set, "action", actionDecay, c.NeuronSelection, c.Neurons, c.ActionNeurons, c.SelfPairs, seed);
        output = new Synchronization(set, "out", outputDecay, c.NeuronSelection, c.Neurons, c.OutputNeurons, c.SelfPairs, seed);
    }

    /// <inheritdoc/>
    public override CtmConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override TickOutput Forward(Tape tape, FeatureMap images)
    {
        int batch = images.Batch, ticks = Configuration.Ticks;
        FeatureMap features = backbone.Forward(tape, images);
        features = positions?.Add(tape, features) ?? features;
        attention.Begin(tape, keyValueNorm.Forward(tape, keyValueProjection.Forward(tape, features.Tensor)), batch);
        action.Begin(tape, batch, ticks);
        output.Begin(tape, batch, ticks + 1);
        Tensor z = startState.Forward(tape, batch);

        // The output's synchronization starts with the start state's pairs before the first tick, the action's with it at the first.
        output.Step(tape, z);
        neurons.Begin(tape, batch, ticks);
        Tensor query = z, outputSync = z, preActivation = z;
        tape.BeginRecurrence(ticks);
        for (int tick = 0; tick < ticks; tick++)
        {
            tape.BeginTick(tick);
            query = action.Step(tape, z);
            Tensor attended = attention.Forward(tape, queryProjection.Forward(tape, query));
            preActivation = synapse.Forward(tape, tape.Concatenate(attended, z));
            z = neurons.Forward(tape, preActivation, tick);
            outputSync = output.Step(tape, z);
        }

        tape.EndRecurrence();
        return new TickOutput
        {
            Batch = batch,
            Ticks = ticks,
            Predictions = outputProjection.Forward(tape, tape.AllTicks(outputSync)),
            Attention = new AttentionTrack(tape.AllTicks(attention.Weights!), Configuration.Heads, features.Height, features.Width),
            PreActivations = tape.AllTicks(preActivation),
            PostActivations = tape.AllTicks(z),
            ActionSynchronization = tape.AllTicks(query),
            OutputSynchronization = tape.AllTicks(outputSync),
        };
    }
}
