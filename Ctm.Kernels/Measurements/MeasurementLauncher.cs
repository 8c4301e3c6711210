using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Measurements;

/// <summary>The measuring kernels on either executor.</summary>
internal sealed class MeasurementLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : MeasurementKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void MultiplyAdds(DeviceView<float> values, int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        executor.Elements(
            new MultiplyAddChains<TFloats> { Values = TFloats.Of(values), Rounds = rounds }, values.Length, Aligned.To4(0, values));
    }
}
