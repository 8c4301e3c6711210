using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Synchronization;

/// <summary>A step of a synchronization's recurrence.</summary>
/// <param name="Pairs">The pairs P.</param>
/// <param name="Factors">r, [P].</param>
/// <param name="Beta">beta of this step: a row of the table, [P].</param>
/// <param name="Alpha">Running sum, updated, [B, P]; at the first step assigned and not read.</param>
/// <param name="Output">S, assigned, [B, P].</param>
/// <param name="IsFirst">True at the first step.</param>
public readonly record struct SynchronizationStep(
    PairIndex Pairs, DeviceView<float> Factors, DeviceView<float> Beta, DeviceView<float> Alpha, DeviceView<float> Output, bool IsFirst);
