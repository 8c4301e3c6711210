using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Tasks.Measures;

/// <summary>The two-tick loss of training steps whose numbers of ticks may differ, see <see cref="CurriculumTicks"/>.</summary>
internal sealed class ClassificationLoss : IDisposable
{
    private readonly ComputeDevice device;
    private readonly TickModelConfiguration model;
    private readonly ClassificationSettings settings;
    private readonly Dictionary<int, TwoTickLoss> losses = [];
    private readonly CurriculumTicks? curriculum;
    private TwoTickLoss? latest;

    /// <summary>Creates the loss.</summary>
    /// <param name="device">The device.</param>
    /// <param name="model">The model's sizes.</param>
    /// <param name="settings">The settings.</param>
    public ClassificationLoss(ComputeDevice device, TickModelConfiguration model, ClassificationSettings settings)
    {
        this.device = device;
        this.model = model;
        this.settings = settings;
        curriculum = settings.TicksAhead is { } ahead ? new CurriculumTicks(ahead, model.TickCount) : null;
    }

    /// <summary>Ticks of the next step.</summary>
    public int Ticks => curriculum?.Count ?? model.TickCount;

    /// <summary>The loss of the latest step.</summary>
    public TwoTickLoss Latest => latest ?? throw new InvalidOperationException("No step has been made.");

    /// <summary>Positions that counted in the latest step, mean over its samples; with a lookahead only.</summary>
    public double MeanReach => Latest.Reach.ToArray().Average(reach => Math.Min(reach, model.Positions));

    /// <summary>Computes the loss and the gradient of the predictions.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="output">What the model said at <see cref="Ticks"/> ticks.</param>
    /// <param name="targets">Classes, [B, positions].</param>
    public void Forward(Tape tape, TickOutput output, DeviceView<int> targets)
    {
        if (!losses.TryGetValue(output.Ticks, out latest))
        {
            var shape = new LossShape(output.Ticks, settings.Batch, model.Positions, model.Classes);
            latest = new TwoTickLoss(device, shape, settings.UseMostCertain, settings.Lookahead, settings.EveryTickLoss);
            losses.Add(output.Ticks, latest);
        }

        latest.Forward(tape, output.Predictions, targets);
        curriculum?.Add(MeanReach);
    }

    /// <summary>What the next steps depend on; null where nothing grows.</summary>
    public StateDictionary? Capture() => curriculum?.Capture();

    /// <summary>Takes over what was captured.</summary>
    /// <param name="state">What was captured.</param>
    /// <exception cref="CheckpointMismatchException">When it is of another task.</exception>
    public void Restore(StateDictionary? state) => curriculum?.Restore(state ?? new StateDictionary());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TwoTickLoss loss in losses.Values)
        {
            loss.Dispose();
        }
    }
}
