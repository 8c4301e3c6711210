namespace Ctm.Engine.Costs;

/// <summary>Parts of a training step.</summary>
public enum StepPhase
{
    /// <summary>Clearing gradients, forward, loss.</summary>
    Forward,

    /// <summary>From the gradient of the predictions to those of the parameters.</summary>
    Backward,

    /// <summary>Clipping and AdamW.</summary>
    Optimizer,
}

/// <summary>What one kernel costs in one training step, counted by its family's cost functions.</summary>
/// <param name="Phase">Where in the step.</param>
/// <param name="Family">The kernel's family.</param>
/// <param name="Kernel">What it is used for.</param>
/// <param name="Calls">How often in a step.</param>
/// <param name="EveryTick">True when it is called at every tick, false when the number of calls does not depend on the ticks.</param>
/// <param name="HostLaunches">Launches of one call on the host.</param>
/// <param name="DeviceLaunches">Launches of one call through ILGPU.</param>
/// <param name="Flops">Floating-point operations of one call.</param>
/// <param name="Bytes">Bytes that one call must move at least.</param>
public sealed record KernelCost(
    StepPhase Phase,
    string Family,
    string Kernel,
    int Calls,
    bool EveryTick,
    int HostLaunches,
    int DeviceLaunches,
    double Flops,
    double Bytes)
{
    /// <summary>The family of matrix products.</summary>
    public const string MatrixFamily = "MatrixMultiply";
}

/// <summary>Sums of costs.</summary>
/// <param name="HostLaunches">Launches on the host.</param>
/// <param name="DeviceLaunches">Launches through ILGPU.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="Bytes">Bytes that must move at least.</param>
public readonly record struct CostSum(long HostLaunches, long DeviceLaunches, double Flops, double Bytes)
{
    /// <summary>Costs of whole steps.</summary>
    public static CostSum Of(IEnumerable<KernelCost> costs) => costs.Aggregate(default(CostSum), (sum, c) => sum.Plus(c, c.Calls));

    /// <summary>Costs of one tick: what is called at every tick, divided by the ticks.</summary>
    public static CostSum OfTick(IEnumerable<KernelCost> costs, int ticks) =>
        costs.Where(c => c.EveryTick).Aggregate(default(CostSum), (sum, c) => sum.Plus(c, c.Calls / ticks));

    private CostSum Plus(KernelCost c, int calls) => new(
        HostLaunches + ((long)calls * c.HostLaunches),
        DeviceLaunches + ((long)calls * c.DeviceLaunches),
        Flops + (calls * c.Flops),
        Bytes + (calls * c.Bytes));
}
