using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.RandomNumbers;

/// <summary>The random kernels on either executor.</summary>
internal sealed class RandomLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : RandomKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    private const int WorkPerDraw = 100;

    public override void Uniform(DeviceView<float> output, float low, float high, ulong seed, ulong stream)
    {
        if (!float.IsFinite(low) || !float.IsFinite(high) || high < low || !float.IsFinite(high - low))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Uniform numbers need finite ends low <= high, not {low} and {high}."));
        }

        executor.Items(
            new UniformFill<TFloats>
            {
                Output = TFloats.Of(output),
                Low = low,
                Range = high - low,
                Seed = seed,
                Stream = stream,
                Length = output.Length,
            },
            Draws(output.Length),
            WorkPerDraw);
    }

    public override void Normal(DeviceView<float> output, float mean, float deviation, ulong seed, ulong stream)
    {
        if (!float.IsFinite(mean) || !float.IsFinite(deviation) || deviation < 0f)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Normal numbers need a finite mean and deviation >= 0, not {mean} and {deviation}."));
        }

        executor.Items(
            new NormalFill<TFloats>
            {
                Output = TFloats.Of(output),
                Mean = mean,
                Deviation = deviation,
                Seed = seed,
                Stream = stream,
                Length = output.Length,
            },
            Draws(output.Length),
            2 * WorkPerDraw);
    }

    public override void Categorical(DeviceView<float> logits, DeviceView<int> drawn, int classes, ulong seed, ulong stream)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Lengths.AtLeast(logits, Lengths.Of(drawn.Length, classes), nameof(logits));
        executor.Items(
            new CategoricalDraw<TFloats, TInts>
            {
                Logits = TFloats.Of(logits),
                Drawn = TInts.Of(drawn),
                Classes = classes,
                Seed = seed,
                Stream = stream,
            },
            drawn.Length,
            WorkPerDraw + (30 * classes));
    }

    public override void DropoutForward(DeviceView<float> input, DeviceView<float> output, float probability, ulong seed, ulong stream) =>
        Mask(input, output, probability, seed, stream);

    public override void DropoutBackward(
        DeviceView<float> outputGradient, DeviceView<float> inputGradient, float probability, ulong seed, ulong stream) =>
        Mask(outputGradient, inputGradient, probability, seed, stream);

    private static int Draws(int length) => (int)(((long)length + 3) / 4);

    private void Mask(DeviceView<float> input, DeviceView<float> output, float probability, ulong seed, ulong stream)
    {
        if (!(probability >= 0f && probability <= 1f))
        {
            throw new ArgumentException(FormattableString.Invariant($"A dropout probability must be from 0 to 1, not {probability}."));
        }

        if (input.Length != output.Length)
        {
            throw new ArgumentException($"Dropout needs as many outputs as inputs, not {output.Length} for {input.Length}.");
        }

        executor.Items(
            new Dropout<TFloats>
            {
                Input = TFloats.Of(input),
                Output = TFloats.Of(output),
                Scale = probability == 1f ? 0f : (float)(1 / (1 - (double)probability)),
                Seed = seed,
                Stream = stream,
                Threshold = (long)Math.Round(probability * 4294967296.0),
                Length = input.Length,
            },
            Draws(input.Length),
            WorkPerDraw);
    }
}
