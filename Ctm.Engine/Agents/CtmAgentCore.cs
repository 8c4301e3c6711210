using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Agents;

/// <summary>
/// The CTM of an agent (models/ctm_rl.py): no attention, so the features go to the synapses as they are; histories of pre- and of
/// post-activations that live on from step to step; and, once a step after its ticks, the synchronization of the last neurons over the
/// history of post-activations.
/// </summary>
internal sealed class CtmAgentCore : AgentCore
{
    private readonly AgentConfiguration configuration;
    private readonly SynapseEntry synapse;
    private readonly INeuronLevelModels neurons;
    private readonly WindowedSynchronization synchronization;
    private readonly StartState startTrace, startActivatedTrace;
    private readonly Tensor[] preActivations, postActivations;

    /// <summary>Creates the parameters behind those of <see cref="Start"/> and of the backbone.</summary>
    public CtmAgentCore(ParameterSet set, AgentConfiguration configuration, Start start, int features)
    {
        AgentConfiguration c = this.configuration = configuration;
        StartStates = (start.Trace, start.ActivatedTrace);
        startTrace = new StartState(start.Trace);
        startActivatedTrace = new StartState(start.ActivatedTrace);
        int inputs = features + c.Neurons, hidden = c.DeepNeuronLevelModels ? c.HiddenWidth : 0;
        Synapse model = c.SynapseDepth == 1
            ? new DoubleGatedSynapse(set, "synapses", inputs, c.Neurons, c.Dropout)
            : Synapse.Create(set, "synapses", inputs, c.Neurons, c.SynapseDepth, c.Dropout);
        synapse = new SynapseEntry(set, model, features);
        neurons = INeuronLevelModels.Create(
            set, start.Trace, c.Neurons, c.MemoryLength, hidden, c.NormalizeHistory, c.Dropout, c.StartTemperature);
        synchronization = new WindowedSynchronization(set, start.Decay, c.Neurons, c.OutputNeurons, c.MemoryLength);
        preActivations = new Tensor[c.Ticks];
        postActivations = new Tensor[c.Ticks];
    }

    /// <inheritdoc/>
    public override int OutputWidth => synchronization.Pairs;

    /// <inheritdoc/>
    public override int StateLength => configuration.Neurons * configuration.MemoryLength;

    /// <inheritdoc/>
    public override (Parameter First, Parameter Second) StartStates { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> PreActivations => preActivations;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> PostActivations => postActivations;

    /// <inheritdoc/>
    public override Tensor NewState(Tape tape, int environments) =>
        tape.New(environments * configuration.Neurons, configuration.MemoryLength, needsGradient: false);

    /// <inheritdoc/>
    public override void Begin(Tape tape, int environments, int steps)
    {
        neurons.BeginRuns(tape, environments, configuration.Ticks, steps);
        synchronization.Begin(tape, environments);
    }

    /// <inheritdoc/>
    public override (Tensor Output, (Tensor First, Tensor Second) States) Step(
        Tape tape, Tensor features, (Tensor First, Tensor Second) states, DeviceView<float> done, int step)
    {
        int environments = features.Rows;
        Tensor trace = Begin(tape, startTrace, states.First, done, environments);
        Tensor activated = Begin(tape, startActivatedTrace, states.Second, done, environments);
        neurons.BeginRun(tape, trace, step);
        Tensor z = tape.Reshape(tape.Slice(activated, activated.Rows, configuration.MemoryLength - 1, 1), environments);
        for (int tick = 0; tick < configuration.Ticks; tick++)
        {
            preActivations[tick] = synapse.Forward(tape, features, z);
            postActivations[tick] = z = neurons.Forward(tape, preActivations[tick], tick);
        }

        trace = neurons.EndRun(tape);
        activated = tape.ShiftAndAppend(activated, postActivations);
        return (synchronization.Forward(tape, activated), (trace, activated));
    }

    private Tensor Begin(Tape tape, StartState start, Tensor state, DeviceView<float> done, int environments) =>
        configuration.ContinuousStateTrace
            ? start.Blend(tape, state, done)
            : start.Forward(tape, environments, configuration.MemoryLength);

    /// <summary>The first parameters of the model, before the backbone's: the order counts, since optimizer states are indexed by it.</summary>
    internal sealed class Start(ParameterSet set, AgentConfiguration c)
    {
        /// <summary>First history of pre-activations, [D, M].</summary>
        public Parameter Trace { get; } = set.Add("start_trace", [c.Neurons, c.MemoryLength], Limit(c));

        /// <summary>Decays, one a pair.</summary>
        public Parameter Decay { get; } = WindowedSynchronization.AddDecay(set, c.OutputNeurons, c.StartDecay);

        /// <summary>First history of post-activations, [D, M].</summary>
        public Parameter ActivatedTrace { get; } = set.Add("start_activated_trace", [c.Neurons, c.MemoryLength], Limit(c));

        private static Initializer Limit(AgentConfiguration c) => Initializer.Uniform(Math.Sqrt(1.0 / (c.Neurons + c.MemoryLength)));
    }
}
