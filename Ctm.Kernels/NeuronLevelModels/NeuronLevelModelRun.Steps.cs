using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <content>Packing, copying between layouts, and checks.</content>
internal sealed partial class NeuronLevelModelRun<TFloats, TInts, TStored, TTile, TForm>
{
    private PackedLayer First => Layer(sizes.Memory, sizes.Units, 0, sizes.W1Count);

    private PackedLayer Second => Layer(sizes.Hidden, 1, sizes.W1Count + sizes.B1Count, sizes.W1Count + sizes.B1Count + sizes.W2Count);

    private int WindowWork => sizes.PaddedBatch * sizes.Memory * Math.Max(1, executor.BlockWidth);

    private DeviceView<float> OfRun(DeviceBuffer<float> runs)
    {
        int length = runs.Length / Shape.Runs;
        return runs.Slice(run * length, length);
    }

    private PackedLayer Layer(int inputs, int units, int weightVectors, int biasVectors) => new()
    {
        Inputs = inputs,
        Units = units,
        Neurons = sizes.Neurons,
        Padded = sizes.Padded,
        Blocked = executor.BlockWidth > 0 ? 1 : 0,
        BlockWidth = Math.Max(1, executor.BlockWidth),
        VectorStep = executor.BlockWidth > 0 ? executor.BlockWidth : sizes.Padded,
        WeightAt = weightVectors * sizes.Padded,
        BiasAt = biasVectors * sizes.Padded,
    };

    /// <summary>
    /// Copies of the packed gradients. The host has one: a worker does all tiles of a block. A device has too few blocks to be busy with,
    /// so it also splits the tiles, and each share sums into a copy of its own. The number depends on the shape only.
    /// </summary>
    private int Copies()
    {
        if (executor.BlockWidth > 0)
        {
            return 1;
        }

        int blocks = Math.Max(1, sizes.Neurons / Float4.Width);
        int wanted = (WantedThreads + blocks - 1) / blocks;
        int most = MostGradientBytes / sizeof(float) / sizes.ParameterFloats;
        return Math.Max(1, Math.Min(sizes.Tiles, Math.Min(wanted, most)));
    }

    /// <summary>Flops of one block as floats touched: a vector operation does two flops a lane.</summary>
    private int Work(double flops) => (int)Math.Min(1e9, flops / 4 * Math.Max(1, executor.BlockWidth) / sizes.Padded);

    private void Pack(PackedLayer layer, DeviceView<float> weight, DeviceView<float> bias, DeviceView<float> temperature) => executor.Rows(
        new PackLayer<TFloats, TStored>
        {
            Weight = TFloats.Of(weight),
            Bias = TFloats.Of(bias),
            Temperature = TFloats.Of(temperature),
            Packed = TStored.Of(packed.View),
            Gradients = TFloats.Of(packedGradients.View),
            Layer = layer,
            Copies = training ? copies : 0,
            CopyStep = sizes.ParameterFloats,
        },
        layer.Rows,
        2 * sizes.Neurons,
        Aligned.To4(sizes.Neurons, weight));

    private void Unpack(
        PackedLayer layer, DeviceView<float> weight, DeviceView<float> bias, DeviceView<float> temperature, DeviceView<float> gradient)
    {
        var body = new UnpackLayer<TFloats, TStored>
        {
            WeightGradient = TFloats.Of(weight),
            BiasGradient = TFloats.Of(bias),
            Temperature = TFloats.Of(temperature),
            Packed = TStored.Of(packed.View),
            Gradients = TFloats.Of(packedGradients.View),
            Partial = TFloats.Of(partial.View),
            Layer = layer,
            Copies = copies,
            CopyStep = sizes.ParameterFloats,
        };
        executor.Rows(body, layer.Rows, 3 * sizes.Neurons, Aligned.To4(sizes.Neurons, weight));
        executor.Rows(
            new TemperatureGradient<TFloats>
            {
                Partial = TFloats.Of(partial.View),
                Temperature = TFloats.Of(temperature),
                Gradient = TFloats.Of(gradient),
                Count = layer.Rows,
            },
            1,
            layer.Rows,
            false);
    }

    /// <summary>Fills M slots of the history, or of its gradient.</summary>
    private void Fill<TSlots>(TSlots slots, DeviceView<float> windows, int firstSlot, int sampleStep)
        where TSlots : struct, IMemory<TSlots, float> => executor.Blocks(
        new FillHistory<TFloats, TSlots>
        {
            History = slots,
            Windows = TFloats.Of(windows),
            Sizes = sizes,
            FirstSlot = firstSlot,
            SampleStep = sampleStep,
        },
        sizes.Neurons,
        sizes.Tiles,
        WindowWork,
        Aligned.To4(sizes.Neurons));

    private void Read<TSlots>(TSlots slots, DeviceView<float> windows, int firstSlot, int known)
        where TSlots : struct, IMemory<TSlots, float> => executor.Blocks(
        new ReadHistory<TFloats, TSlots>
        {
            History = slots,
            Windows = TFloats.Of(windows),
            Sizes = sizes,
            FirstSlot = firstSlot,
            Known = known,
        },
        sizes.Neurons,
        sizes.Tiles,
        WindowWork,
        Aligned.To4(sizes.Neurons));

    /// <summary>The values as the history keeps them.</summary>
    private DeviceView<float> AsKept(DeviceView<float> values)
    {
        if (rounded is null)
        {
            return values;
        }

        DeviceView<float> target = rounded.Slice(0, values.Length);
        executor.Device.Elementwise.RoundToHalf(values, target);
        return target;
    }

    private DeviceView<float> CheckWindows(DeviceView<float> windows)
    {
        NeuronLevelModelParameters.Check(windows, checked(sizes.Batch * sizes.Neurons * sizes.Memory), nameof(windows));
        return windows;
    }

    private void CheckMatrix(DeviceView<float> matrix, string what) =>
        NeuronLevelModelParameters.Check(matrix, sizes.Batch * sizes.Neurons, what);

    private void CheckRun()
    {
        if (prepared is null)
        {
            throw new InvalidOperationException("The parameters are not packed: call Prepare first, and again after Finish.");
        }

        if (Ticks == NoTick)
        {
            throw new InvalidOperationException("The history has no start: call BeginHistory first.");
        }
    }

    private void CheckTraining()
    {
        if (!training)
        {
            throw new InvalidOperationException("The workspace was created for inference: it has no memory for gradients.");
        }

        CheckRun();
    }

    private void CheckRan(int tick)
    {
        if (tick < 0 || tick >= Ticks)
        {
            throw new ArgumentOutOfRangeException(nameof(tick), tick, $"Ticks that ran are 0 to {Ticks - 1}.");
        }
    }

    private void CheckBackwardIsDone()
    {
        if (backwardTick != 0)
        {
            throw new InvalidOperationException("The backward pass is not complete: call Backward down to tick 0 first.");
        }
    }
}
