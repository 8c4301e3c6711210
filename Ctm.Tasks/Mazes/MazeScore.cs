using System.Globalization;

namespace Ctm.Tasks.Mazes;

/// <summary>Counts of right steps and wholly right routes; scores of several batches add up.</summary>
public readonly record struct MazeScore(long Mazes, long Steps, long CorrectSteps, long Solved)
{
    /// <summary>Share of right positions over all positions, the waits included; 0 where nothing was scored.</summary>
    public double StepAccuracy => Steps == 0 ? 0 : (double)CorrectSteps / Steps;

    /// <summary>Share of mazes whose every position is right; 0 where nothing was scored.</summary>
    public double SolveRate => Mazes == 0 ? 0 : (double)Solved / Mazes;

    public static MazeScore operator +(MazeScore left, MazeScore right)
    {
        return new MazeScore(
            left.Mazes + right.Mazes, left.Steps + right.Steps, left.CorrectSteps + right.CorrectSteps, left.Solved + right.Solved);
    }

    public static MazeScore Add(MazeScore left, MazeScore right)
    {
        return left + right;
    }

    /// <summary>Scores predicted classes against targets, both [B, routeLength], the predictions taken at the tick that counts.</summary>
    public static MazeScore Of(ReadOnlySpan<int> predictions, ReadOnlySpan<int> targets, int routeLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(routeLength);
        if (predictions.Length != targets.Length || targets.Length % routeLength != 0)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"{predictions.Length} predictions and {targets.Length} targets are not whole batches of {routeLength} steps"));
        }

        long correct = 0;
        long solved = 0;
        for (var first = 0; first < targets.Length; first += routeLength)
        {
            var right = CorrectIn(predictions.Slice(first, routeLength), targets.Slice(first, routeLength));
            correct += right;
            solved += right == routeLength ? 1 : 0;
        }

        return new MazeScore(targets.Length / routeLength, targets.Length, correct, solved);
    }

    /// <summary>How many leading predictions of one maze are right.</summary>
    public static int CorrectPrefix(ReadOnlySpan<int> prediction, ReadOnlySpan<int> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(prediction.Length, target.Length);
        return prediction.CommonPrefixLength(target);
    }

    private static int CorrectIn(ReadOnlySpan<int> prediction, ReadOnlySpan<int> target)
    {
        var right = 0;
        for (var i = 0; i < target.Length; i++)
        {
            right += prediction[i] == target[i] ? 1 : 0;
        }

        return right;
    }
}
