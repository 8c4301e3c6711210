using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Agents;

/// <summary>The LSTM baseline of an agent (models/lstm_rl.py): a cell that sees the features at every tick of a step.</summary>
internal sealed class LstmAgentCore : AgentCore
{
    private readonly AgentConfiguration configuration;
    private readonly LstmCell cell;
    private readonly StartState startHidden, startCell;
    private readonly Tensor[] hiddenStates;

    /// <summary>Creates the parameters behind those of <see cref="Start"/> and of the backbone.</summary>
    public LstmAgentCore(ParameterSet set, AgentConfiguration configuration, Start start, int features)
    {
        this.configuration = configuration;
        StartStates = (start.Hidden, start.Cell);
        startHidden = new StartState(start.Hidden);
        startCell = new StartState(start.Cell);
        cell = new LstmCell(set, "lstm_cell", features, configuration.Neurons);
        hiddenStates = new Tensor[configuration.Ticks];
    }

    /// <inheritdoc/>
    public override int OutputWidth => configuration.Neurons;

    /// <inheritdoc/>
    public override int StateLength => configuration.Neurons;

    /// <inheritdoc/>
    public override (Parameter First, Parameter Second) StartStates { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> PreActivations => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> PostActivations => hiddenStates;

    /// <inheritdoc/>
    public override Tensor NewState(Tape tape, int environments) => tape.New(environments, configuration.Neurons, needsGradient: false);

    /// <inheritdoc/>
    public override void Begin(Tape tape, int environments, int steps)
    {
    }

    /// <inheritdoc/>
    public override (Tensor Output, (Tensor First, Tensor Second) States) Step(
        Tape tape, Tensor features, (Tensor First, Tensor Second) states, DeviceView<float> done, int step)
    {
        var state = new LstmState(startHidden.Blend(tape, states.First, done), startCell.Blend(tape, states.Second, done));
        for (int tick = 0; tick < configuration.Ticks; tick++)
        {
            state = cell.Forward(tape, features, state);
            hiddenStates[tick] = state.Hidden;
        }

        return (state.Hidden, (state.Hidden, state.Cell));
    }

    /// <summary>The first parameters of the model, before the backbone's: the order counts, since optimizer states are indexed by it.</summary>
    internal sealed class Start(ParameterSet set, AgentConfiguration c)
    {
        /// <summary>First hidden state, [D].</summary>
        public Parameter Hidden { get; } = set.Add("start_hidden_state", [c.Neurons], Initializer.Uniform(Math.Sqrt(1.0 / c.Neurons)));

        /// <summary>First cell state, [D].</summary>
        public Parameter Cell { get; } = set.Add("start_cell_state", [c.Neurons], Initializer.Uniform(Math.Sqrt(1.0 / c.Neurons)));
    }
}
