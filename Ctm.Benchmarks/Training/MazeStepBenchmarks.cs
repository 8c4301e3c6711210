using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;

namespace Ctm.Benchmarks.Training;

/// <summary>Whole training steps of the quick maze recipe.</summary>
public class MazeStepBenchmarks : DeviceBenchmarks<MazeStepCase>
{
    private TrainingLoop loop = null!;

    /// <inheritdoc/>
    protected override IEnumerable<MazeStepCase> MeasuredSizes => MazeStepCase.Of("quick");

    /// <inheritdoc/>
    protected override IEnumerable<MazeStepCase> SmokeSizes => MazeStepCase.Of("smoke");

    /// <summary>Draws mazes, forward, backward, clipping, AdamW.</summary>
    [Benchmark]
    public void Step()
    {
        loop.RunStep();
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        MazeRecipe recipe = MazeRecipe.Preset(Size.Preset);
        var task = Buffers.Keep(new MazeTask(Device, recipe));
        loop = Buffers.Keep(new TrainingLoop(task, recipe.Training));
        // The first step takes the memory that the next ones use again.
        loop.RunStep();
    }

    /// <inheritdoc/>
    protected override ComputeDevice OpenDevice() =>
        Size.Threads == 0 ? BenchmarkDevice.Shared : ComputeDevice.Open(BenchmarkDevice.Name, Size.Threads);

    /// <inheritdoc/>
    protected override void CloseDevice()
    {
        if (Size.Threads != 0)
        {
            Device.Dispose();
        }
    }

    /// <inheritdoc/>
    /// <remarks>No rate is claimed: a step is the sum of many kernels, measured by family.</remarks>
    protected override Cost CostOf(string method, MazeStepCase size) => method == nameof(Step) ? default : throw NoSuchMethod(method);
}
