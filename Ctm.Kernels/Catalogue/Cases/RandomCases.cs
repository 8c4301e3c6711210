using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class RandomCases
{
    private const string Family = "RandomNumbers";
    private const string PairFamily = "PairSampling";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        int length = size.States;
        double flops = RandomKernels.DropoutFlops(length), bytes = RandomKernels.DropoutBytes(length);
        return
        [
            new(Family, "Uniform", 0, 4.0 * length, b =>
            {
                DeviceView<float> output = b.Output(length);
                return () => b.Device.Random.Uniform(output, -1f, 1f, seed: 1, stream: 2);
            }),
            new(Family, "Normal", 0, 4.0 * length, b =>
            {
                DeviceView<float> output = b.Output(length);
                return () => b.Device.Random.Normal(output, 0f, 1f, seed: 1, stream: 2);
            }),
            new(Family, "Categorical", 0, RandomKernels.CategoricalBytes(size.Batch, size.Classes), b =>
            {
                DeviceView<float> logits = b.Floats(size.Batch * size.Classes);
                DeviceView<int> drawn = b.IntegerOutput(size.Batch);
                return () => b.Device.Random.Categorical(logits, drawn, size.Classes, seed: 1, stream: 2);
            }),
            new(Family, "DropoutForward", flops, bytes, b =>
            {
                DeviceView<float> input = b.Floats(length), output = b.Output(length);
                return () => b.Device.Random.DropoutForward(input, output, 0.25f, seed: 1, stream: 2);
            }),
            new(Family, "DropoutBackward", flops, bytes, b =>
            {
                DeviceView<float> dy = b.Floats(length), dx = b.Output(length);
                return () => b.Device.Random.DropoutBackward(dy, dx, 0.25f, seed: 1, stream: 2);
            }),
            Draw("DrawRandom", size, NeuronSelection.RandomPairing),
            Draw("DrawFirstLast", size, NeuronSelection.FirstLast),
        ];
    }

    private static KernelCase Draw(string name, KernelCaseSize size, NeuronSelection selection)
    {
        int count = Math.Min(size.Pairs, size.Neurons) / 2;
        return new(PairFamily, name, 0, 8.0 * count, b =>
        {
            DeviceView<int> left = b.IntegerOutput(count), right = b.IntegerOutput(count);
            return () => b.Device.PairSampling.Draw(
                selection, SynchronizationUse.Output, left, right, size.Neurons, 0, seed: 1, stream: 2);
        });
    }
}
