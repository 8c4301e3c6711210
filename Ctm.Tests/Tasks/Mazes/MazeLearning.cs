using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;

namespace Ctm.Tests.Tasks.Mazes;

/// <summary>What a whole maze run changes, on two threads of the host.</summary>
internal static class MazeLearning
{
    /// <summary>Trains a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>The share of right moves before, and the figures after.</returns>
    public static (double Before, MazeFigures After) Of(MazeRecipe recipe)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        using var task = new MazeTask(device, recipe);
        double before = task.EvaluateMazes(recipe.TestMazes).StepAccuracy;
        using var loop = new TrainingLoop(task, recipe.Training);
        loop.Run();
        return (before, task.EvaluateMazes(recipe.TestMazes));
    }
}
