using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Checks;
using Ctm.Tasks.Mazes;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Checks;

/// <summary>How the same training run on two devices is compared.</summary>
internal sealed class TrainingCheckTests
{
    [Test]
    public void Maze_HostWithOneAndTwoThreads_IsTheSameBits()
    {
        using ComputeDevice one = ComputeDevice.Open("cpu", 1);
        TrainingCheck check = TrainingCheck.Maze(TestDevices.Open("cpu"), one, 3, tiny: true);
        Assert.That(check.Loss, Is.EqualTo(check.Reference));
        Assert.That(check.Passed, Is.True);
        Assert.That(check.Allowed, Has.All.InRange(1e-7, 1e-3));
    }

    [Test]
    public void Passed_LossTooFarOrNotANumber_IsFalseAndNamesTheStep()
    {
        var check = new TrainingCheck([2, 1.5, 1.2], [2, 1.5, 1.1], [0.01, 0.01, 0.01]);
        Assert.That((check.Passed, check.FirstWrongStep), Is.EqualTo((false, (int?)2)));
        check = check with { Loss = [double.NaN, 1.5, 1.1] };
        Assert.That((check.Passed, check.FirstWrongStep), Is.EqualTo((false, (int?)0)));
        check = check with { Loss = [2, 1.505, 1.1] };
        Assert.That((check.Passed, check.FirstWrongStep), Is.EqualTo((true, (int?)null)));
    }
}

/// <summary>Whole training runs on the devices of drivers, where the tests run on some.</summary>
[TestFixtureSource(nameof(Drivers))]
internal sealed class DriverTrainingTests(string deviceName)
{
    private static IEnumerable<string> Drivers => TestDevices.Names.Where(name => name.Contains(':', StringComparison.Ordinal));

    [Test]
    public void Maze_WholeRun_FollowsTheHost()
    {
        using ComputeDevice host = ComputeDevice.Open("cpu");
        TrainingCheck check = TrainingCheck.Maze(TestDevices.Open(deviceName), host, 300);
        TestContext.Out.WriteLine($"largest difference {check.LargestDifference:E2}, allowed at the end {check.Allowed[^1]:E2}");
        Assert.That(check.FirstWrongStep, Is.Null);
        Assert.That(check.Loss[^1], Is.LessThan(check.Loss[0]));
    }

    // The loss takes the ticks that are best and most certain. Where two are equally so, rounding decides, and from there on two runs
    // part; on PoCL that is step 16.
    [Test]
    public void Parity_Run_FollowsTheHostAndLearnsAsItDoes()
    {
        const int sameSteps = 12, last = 20;
        using ComputeDevice host = ComputeDevice.Open("cpu");
        TrainingCheck check = TrainingCheck.Parity(TestDevices.Open(deviceName), host, 100);
        TestContext.Out.WriteLine($"parts at {check.FirstWrongStep}, largest difference {check.LargestDifference:E2}");
        Assert.That(check.FirstWrongStep ?? 100, Is.GreaterThanOrEqualTo(sameSteps));
        Assert.That(check.Loss.TakeLast(last).Average(), Is.EqualTo(check.Reference.TakeLast(last).Average()).Within(0.1));
        Assert.That(check.Loss.TakeLast(last).Average(), Is.LessThan(0.9 * check.Loss[0]));
    }

    [Test]
    public void Maze_TwoRuns_AreTheSameBits()
    {
        (IReadOnlyList<double> Losses, float[] Values) Run()
        {
            MazeRecipe recipe = MazeRecipe.Preset("smoke", ModelKinds.Default);
            using var task = new MazeTask(TestDevices.Open(deviceName), recipe);
            return (TrainingCheck.Curve(task, recipe.Training, 50), task.Parameters.Values.ToArray());
        }

        (IReadOnlyList<double> losses, float[] values) = Run();
        (IReadOnlyList<double> again, float[] valuesAgain) = Run();
        Assert.That(again, Is.EqualTo(losses));
        Assert.That(valuesAgain, Is.EqualTo(values));
    }
}
