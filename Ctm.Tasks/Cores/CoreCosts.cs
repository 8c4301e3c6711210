using Ctm.Engine.Costs;
using Ctm.Kernels.Devices;

namespace Ctm.Tasks.Cores;

/// <summary>What training a core costs.</summary>
public static class CoreCosts
{
    /// <summary>Counts a training step, kernel by kernel; nothing runs and no memory is taken for the model.</summary>
    /// <param name="core">The core.</param>
    /// <param name="precision">How weights and histories are kept.</param>
    public static IReadOnlyList<KernelCost> Of(ModelCore core, StoragePrecision precision = StoragePrecision.Single)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", threads: 1);
        return CtmCosts.Of(core.Model, core.Batch, core.Tokens, core.Lookahead is not null, core.Model.CountParameters(device), precision);
    }
}
