using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Parity;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Checks;

/// <summary>
/// The loss curves of the same training run on two devices, and how far apart rounding may take them. Training makes small differences
/// larger, so how far is measured: the reference device also trains from start values that differ in their last bits, as results of two
/// devices do.
/// </summary>
/// <param name="Loss">Loss of each step on the device that is checked.</param>
/// <param name="Reference">Loss of each step on the device that is trusted.</param>
/// <param name="Allowed">Largest allowed difference of each step.</param>
public sealed record TrainingCheck(IReadOnlyList<double> Loss, IReadOnlyList<double> Reference, IReadOnlyList<double> Allowed)
{
    // Start values move by up to so many units in the last place; what follows from it, and the loss's own rounding, is allowed eightfold.
    private const double Unit = 1.0 / (1 << 23), MovedUnits = 8, Factor = 8, LossUnits = 64;
    private const int MovedRuns = 2;

    /// <summary>The first step, counted from 0, whose losses are too far apart; null where there is none.</summary>
    public int? FirstWrongStep
    {
        get
        {
            int step = Enumerable.Range(0, Loss.Count).FirstOrDefault(i => !(Math.Abs(Loss[i] - Reference[i]) <= Allowed[i]), -1);
            return step < 0 ? null : step;
        }
    }

    /// <summary>Whether the curves are the same but for rounding.</summary>
    public bool Passed => FirstWrongStep is null;

    /// <summary>The largest difference.</summary>
    public double LargestDifference => Loss.Zip(Reference, (a, b) => Math.Abs(a - b)).Max();

    /// <summary>A maze run with the preset <c>smoke</c>.</summary>
    /// <param name="device">The device to check.</param>
    /// <param name="reference">The device to trust.</param>
    /// <param name="steps">Steps, one or more.</param>
    /// <param name="tiny">A much smaller model and batch, for a device that is a simulator.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    public static TrainingCheck Maze(
        ComputeDevice device, ComputeDevice reference, int steps, bool tiny = false, CancellationToken cancellation = default)
    {
        MazeRecipe recipe = MazeRecipe.Preset("smoke", ModelKinds.Default);
        if (tiny)
        {
            recipe = recipe with
            {
                Batch = 2,
                Model = (CtmConfiguration)recipe.Model with
                {
                    Ticks = 2,
                    Neurons = 16,
                    InputWidth = 8,
                    Heads = 1,
                    OutputNeurons = 8,
                    ActionNeurons = 8,
                    BackboneChannels = 4,
                },
            };
        }

        return Of(on => new MazeTask(on, recipe), recipe.Training, device, reference, steps, cancellation);
    }

    /// <summary>A parity run with the preset <c>smoke</c>.</summary>
    /// <param name="device">The device to check.</param>
    /// <param name="reference">The device to trust.</param>
    /// <param name="steps">Steps, one or more.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    public static TrainingCheck Parity(
        ComputeDevice device, ComputeDevice reference, int steps, CancellationToken cancellation = default)
    {
        ParityRecipe recipe = ParityRecipe.Preset("smoke", ModelKinds.Default);
        return Of(on => new ParityTask(on, recipe), recipe.Training, device, reference, steps, cancellation);
    }

    /// <summary>Loss of each step of a training run.</summary>
    /// <param name="task">The model with its data, which has not been trained yet.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    public static IReadOnlyList<double> Curve(
        ITrainingTask task, TrainingOptions options, int steps, CancellationToken cancellation = default)
    {
        using var loop = new TrainingLoop(task, options);
        var losses = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            loop.RunStep();
            losses[i] = task.ReadLoss();
        }

        return losses;
    }

    private static TrainingCheck Of<TTask>(
        Func<ComputeDevice, TTask> create,
        TrainingOptions options,
        ComputeDevice device,
        ComputeDevice reference,
        int steps,
        CancellationToken cancellation)
        where TTask : ISupervisedTask
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        IReadOnlyList<double> Run(ComputeDevice on, int seed)
        {
            using TTask task = create(on);
            Move(task, seed);
            return Curve(task, options, steps, cancellation);
        }

        IReadOnlyList<double> expected = Run(reference, 0), actual = Run(device, 0);
        var allowed = new double[steps];
        for (int run = 1; run <= MovedRuns; run++)
        {
            IReadOnlyList<double> moved = Run(reference, run);
            double largest = 0;
            for (int i = 0; i < steps; i++)
            {
                largest = Math.Max(largest, Math.Abs(moved[i] - expected[i]));
                allowed[i] = Math.Max(allowed[i], (Factor * largest) + (LossUnits * Unit * Math.Abs(expected[i])));
            }
        }

        return new TrainingCheck(actual, expected, allowed);
    }

    // Seed 0 moves nothing.
    private static void Move(ITrainingTask task, int seed)
    {
        if (seed == 0)
        {
            return;
        }

        var random = new Random(seed);
        float[] values = task.Parameters.Values.ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= (float)(1 + (MovedUnits * Unit * ((2 * random.NextDouble()) - 1)));
        }

        task.Parameters.Values.CopyFrom(values);
        task.Parameters.Touch();
    }
}
