using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The CTM that sorts (models/ctm_sort.py): neither attention nor queries, every tick gets all numbers as they are. Its decays are clamped
/// where they are used, and where they are stored only if the configuration says so.
/// </summary>
public sealed class SortMachine : TickModel, IRecurrence
{
    private readonly CtmCore core;
    private Tensor? row;

    internal SortMachine(ComputeDevice device, SortConfiguration configuration, ulong seed)
        : base(device)
    {
        Configuration = configuration;
        var start = new CtmStart(Parameters, configuration, configuration.ProjectDecays);
        core = new CtmCore(Parameters, start, configuration, configuration.Numbers, seed);
    }

    /// <inheritdoc/>
    public override SortConfiguration Configuration { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">When there are not as many numbers as the model sorts.</exception>
    public override TickOutput Forward(Tape tape, FeatureMap inputs, int ticks)
    {
        int batch = inputs.Batch;
        row = Configuration.Rows(tape, inputs);
        core.Begin(tape, batch, ticks, actions: 0);
        tape.Recur(ticks, batch, this);
        return core.Answer(tape, attention: null);
    }

    void IRecurrence.Tick(Tape tape, int tick) => core.Tick(tape, row!);
}
