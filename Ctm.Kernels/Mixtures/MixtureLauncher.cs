using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Mixtures;

/// <summary>The mixture kernels on either executor.</summary>
internal sealed class MixtureLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : MixtureKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Forward(
        DeviceView<float> logits, DeviceView<float> parts, DeviceView<float> weights, DeviceView<float> output)
    {
        int count = logits.Length, length = output.Length;
        Check(count, length, parts, weights, nameof(weights));
        executor.Items(
            new MixtureWeights<TFloats> { Logits = TFloats.Of(logits), Weights = TFloats.Of(weights), Count = count }, 1, 4 * count);
        executor.Elements(
            new MixtureForward<TFloats>
            {
                Parts = TFloats.Of(parts),
                Weights = TFloats.Of(weights),
                Output = TFloats.Of(output),
                Count = count,
                Length = length,
            },
            length,
            Aligned.To4(length, parts, output));
    }

    public override void Backward(
        DeviceView<float> parts,
        DeviceView<float> weights,
        DeviceView<float> outputGradient,
        DeviceView<float> partsGradient,
        DeviceView<float> logitsGradient)
    {
        int count = weights.Length, length = outputGradient.Length;
        Check(count, length, parts, logitsGradient, nameof(logitsGradient));
        Lengths.AtLeast(partsGradient, Lengths.Of(count, length), nameof(partsGradient));
        using DeviceBuffer<float> weightsGradient = executor.Device.Allocate<float>(count);
        executor.Rows(
            new MixtureBackward<TFloats>
            {
                Parts = TFloats.Of(parts),
                Weights = TFloats.Of(weights),
                OutputGradient = TFloats.Of(outputGradient),
                PartsGradient = TFloats.Of(partsGradient),
                WeightsGradient = TFloats.Of(weightsGradient.View),
                Length = length,
            },
            count,
            3 * length,
            Aligned.To4(length, parts, outputGradient, partsGradient));
        executor.Items(
            new MixtureLogits<TFloats>
            {
                Weights = TFloats.Of(weights),
                WeightsGradient = TFloats.Of(weightsGradient.View),
                LogitsGradient = TFloats.Of(logitsGradient),
                Count = count,
            },
            1,
            4 * count);
    }

    private static void Check(int count, int length, DeviceView<float> parts, DeviceView<float> other, string otherName)
    {
        if (count < 1)
        {
            throw new ArgumentException("A mixture needs 1 part or more, there is none.");
        }

        Lengths.AtLeast(parts, Lengths.Of(count, length), nameof(parts));
        Lengths.AtLeast(other, count, otherName);
    }
}
