using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The LSTM baseline for sorting: as <see cref="SortMachine"/> it gets all numbers at every tick, and its hidden state makes the predictions.
/// </summary>
public sealed class SortLstm : TickModel, IRecurrence
{
    private readonly StartState startHidden, startCell;
    private readonly LstmCell cell;
    private readonly Linear outputProjection;
    private readonly CarriedTensor hidden = new(), memory = new();
    private Tensor? row;

    internal SortLstm(ComputeDevice device, SortLstmConfiguration configuration)
        : base(device)
    {
        Configuration = configuration;
        int width = configuration.Width;
        var start = Initializer.FanIn(width);
        startHidden = new StartState(Parameters.Add("start_hidden_state", [width], start));
        startCell = new StartState(Parameters.Add("start_cell_state", [width], start));
        cell = new LstmCell(Parameters, "lstm_cell", configuration.Numbers, width);
        outputProjection = new Linear(Parameters, "output_projector.0", width, configuration.OutputWidth);
    }

    /// <inheritdoc/>
    public override SortLstmConfiguration Configuration { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">When there are not as many numbers as the model sorts.</exception>
    public override TickOutput Forward(Tape tape, FeatureMap inputs, int ticks)
    {
        row = Configuration.Rows(tape, inputs);
        hidden.Value = startHidden.Forward(tape, inputs.Batch);
        memory.Value = startCell.Forward(tape, inputs.Batch);
        tape.Carry(hidden);
        tape.Carry(memory);
        tape.Recur(ticks, inputs.Batch, this);
        Tensor states = tape.AllTicks(hidden.Value);
        return new TickOutput
        {
            Batch = inputs.Batch,
            Ticks = ticks,
            Predictions = outputProjection.Forward(tape, states),
            PostActivations = states,
        };
    }

    void IRecurrence.Tick(Tape tape, int tick) =>
        (hidden.Value, memory.Value) = cell.Forward(tape, row!, new LstmState(hidden.Value!, memory.Value!));
}
