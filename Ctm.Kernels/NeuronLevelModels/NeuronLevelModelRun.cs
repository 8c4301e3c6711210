using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>A workspace on either executor.</summary>
internal sealed partial class NeuronLevelModelRun<TFloats, TInts, TStored, TTile, TForm> : NeuronLevelModelWorkspace
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
    where TStored : struct, IMemory<TStored, float>
    where TTile : struct, ITileRows
    where TForm : struct, IModelForm
{
    /// <summary>Threads that a device should have in backward, and bytes that copies of the packed gradients may cost for it.</summary>
    private const int WantedThreads = 65536, MostGradientBytes = 256 << 20;

    private const int NoTick = -1;
    private readonly Executor<TFloats, TInts> executor;
    private readonly NeuronLevelModelSizes sizes;
    private readonly bool training;
    private readonly int copies, outerTicks;
    private readonly DeviceBuffer<float> packed, history, outer, stage, packedGradients, historyGradient, partial;
    private readonly GroupedTicks<TFloats, TInts, TStored>? grouped;
    private readonly DeviceBuffer<float>? rounded;
    private NeuronLevelModelParameters? prepared;
    private readonly int[] ticksOfRuns;
    private int run, backwardTick = NoTick;
    private FreshSlots fresh;

    public NeuronLevelModelRun(Executor<TFloats, TInts> executor, NeuronLevelModelShape shape, bool training)
        : base(shape)
    {
        this.executor = executor;
        this.training = training;
        int width = Math.Max(1, executor.BlockWidth);
        sizes = new NeuronLevelModelSizes
        {
            Neurons = shape.Neurons,
            Padded = (shape.Neurons + width - 1) / width * width,
            Memory = shape.MemoryLength,
            Hidden = shape.HiddenWidth,
            Units = Math.Max(1, shape.HiddenWidth),
            Batch = shape.Batch,
            Slots = shape.MemoryLength + shape.Ticks,
            TileRows = TTile.Count,
            Tiles = (shape.Batch + TTile.Count - 1) / TTile.Count,
        };
        outerTicks = training ? shape.KeptAtATime : 1;
        ticksOfRuns = new int[shape.Runs];
        Array.Fill(ticksOfRuns, NoTick);
        grouped = NewGroupedTicks();
        copies = grouped is null ? Copies() : 1;
        ComputeDevice device = executor.Device;
        int Length(long vectors) => checked((int)(vectors * sizes.Padded));
        long slots = (long)sizes.Slots * sizes.PaddedBatch * sizes.Padded;
        packed = device.Allocate<float>(StoredFloats.Of<TStored>(sizes.ParameterFloats));
        history = device.Allocate<float>(checked(StoredFloats.Of<TStored>(slots) * shape.Runs));
        outer = device.Allocate<float>(Length(2L * outerTicks * sizes.PaddedBatch * shape.Runs));
        stage = device.Allocate<float>(TForm.IsStaged ? Length(StagedModelBody.StageVectors(TTile.Count)) : 0);
        packedGradients = device.Allocate<float>(training ? copies * sizes.ParameterFloats : 0);
        historyGradient = device.Allocate<float>(training ? checked((int)slots) : 0);
        partial = device.Allocate<float>(training ? sizes.ParameterCount : 0);
        if (shape.Precision == StoragePrecision.Half && !StoredFloats.IsHalf<TStored>())
        {
            rounded = device.Allocate<float>(checked(shape.Batch * shape.Neurons * shape.MemoryLength));
        }
    }

    private int Ticks
    {
        get => ticksOfRuns[run];
        set => ticksOfRuns[run] = value;
    }

    private DeviceView<float> History => OfRun(history);

    private DeviceView<float> Outer => OfRun(outer);

    public override void SelectRun(int run)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(run);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(run, Shape.Runs);
        if (run == this.run)
        {
            return;
        }

        if (backwardTick > 0)
        {
            throw new InvalidOperationException($"The backward pass of run {this.run} is not complete: call Backward down to tick 0 first.");
        }

        (this.run, backwardTick) = (run, NoTick);
    }

    public override void Prepare(NeuronLevelModelParameters parameters)
    {
        parameters.Validate(Shape, "parameters");
        prepared = parameters;
        Pack(First, parameters.W1, parameters.B1, parameters.T1);
        if (TForm.IsDeep)
        {
            Pack(Second, parameters.W2, parameters.B2, parameters.T2);
        }

        if (rounded is not null)
        {
            executor.Device.Elementwise.RoundToHalf(packed.View, packed.View);
        }
    }

    public override void BeginHistory(DeviceView<float> startTrace)
    {
        NeuronLevelModelParameters.Check(startTrace, sizes.Neurons * sizes.Memory, nameof(startTrace));
        Fill(TStored.Of(History), AsKept(startTrace), 0, 0);
        (Ticks, backwardTick) = (0, NoTick);
    }

    public override void BeginHistoryFromWindows(DeviceView<float> windows)
    {
        Fill(TStored.Of(History), AsKept(CheckWindows(windows)), 0, sizes.Neurons * sizes.Memory);
        (Ticks, backwardTick) = (0, NoTick);
    }

    public override void Forward(int tick, DeviceView<float> preActivation, DeviceView<float> output)
    {
        CheckRun();
        if (tick < 0 || tick > Ticks || tick >= Shape.Ticks)
        {
            throw new ArgumentOutOfRangeException(
                nameof(tick), tick, $"Ticks run in order: the next is {Ticks}, and the history has room for {Shape.Ticks}.");
        }

        CheckMatrix(preActivation, nameof(preActivation));
        CheckMatrix(output, nameof(output));
        if (tick == Ticks)
        {
            (Ticks, backwardTick) = (tick + 1, NoTick);
        }

        if (grouped is not null)
        {
            ForwardInGroups(grouped, tick, preActivation, output);
            return;
        }

        DeviceView<float> kept = AsKept(preActivation);
        var body = new NeuronLevelModelForward<TFloats, TTile, TForm>
        {
            Parameters = TFloats.Of(packed.View),
            History = TFloats.Of(History),
            Outer = TFloats.Of(Outer),
            Stage = TFloats.Of(stage.View),
            PreActivation = TFloats.Of(kept),
            Output = TFloats.Of(output),
            Sizes = sizes,
            Tick = tick,
            OuterTick = tick % outerTicks,
            OuterTicks = outerTicks,
        };
        executor.Blocks(body, sizes.Neurons, sizes.Tiles, Work(Shape.ForwardFlops()), Aligned.To4(sizes.Neurons, kept, output));
    }

    public override void CopyWindow(int tick, DeviceView<float> windows)
    {
        CheckRun();
        if (tick < -1 || tick >= Ticks)
        {
            throw new ArgumentOutOfRangeException(nameof(tick), tick, $"Ticks that ran are -1 (the start) to {Ticks - 1}.");
        }

        Read(TStored.Of(History), CheckWindows(windows), tick + 1, 0);
    }

    public override void Dispose()
    {
        grouped?.Dispose();
        packed.Dispose();
        history.Dispose();
        outer.Dispose();
        stage.Dispose();
        packedGradients.Dispose();
        historyGradient.Dispose();
        partial.Dispose();
        rounded?.Dispose();
    }
}
