using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>Settings of a maze run, and what follows from them.</summary>
public static class MazeSettings
{
    /// <summary>
    /// The recipe with settings given as <c>key=value</c>. The image size follows <c>maze_size</c>, the prediction's shape
    /// <c>route_length</c>, unless they are set themselves; with <c>data</c>, <c>maze_size</c> that of the pictures, which are turned and
    /// mirrored for training.
    /// </summary>
    /// <exception cref="TaskSettingException">When a setting is unknown, of the wrong type, or out of range.</exception>
    /// <exception cref="DirectoryNotFoundException">When the pictures are not there.</exception>
    /// <exception cref="InvalidDataException">When a picture shows no maze.</exception>
    /// <exception cref="Engine.Models.ModelConfigurationException">When the model's sizes do not fit together.</exception>
    public static MazeRecipe Apply(MazeRecipe recipe, IReadOnlyList<string> settings)
    {
        HashSet<string> given = [.. settings.Select(RecipeSettings.KeyOf)];
        MazeRecipe result = RecipeSettings.Apply(recipe, settings);
        if (given.Contains("data") && result.Data is { } data)
        {
            result = result with
            {
                MazeSize = given.Add("maze_size") ? MazeImageFolder.Load(data, MazeSplit.Test, limit: 1).Size : result.MazeSize,
                Augment = given.Contains("augment") ? result.Augment : true,
            };
        }

        if (given.Contains("maze_size") && !given.Contains("image_size") && result.Model.ImageSize != 0)
        {
            result = result with { Model = result.Model with { ImageSize = result.MazeSize } };
        }

        if (given.Contains("route_length"))
        {
            int width = unchecked(MazeMoves.Count * result.RouteLength);
            result = result with
            {
                Model = result.Model with
                {
                    OutputWidth = given.Contains("out_dims") ? result.Model.OutputWidth : width,
                    PredictionReshaper = given.Contains("prediction_reshaper")
                        ? result.Model.PredictionReshaper
                        : [result.RouteLength, MazeMoves.Count],
                },
            };
        }

        Check(result);
        return result;
    }

    /// <summary>Checks a recipe before anything is made from it.</summary>
    /// <exception cref="TaskSettingException">When a setting is out of range.</exception>
    /// <exception cref="Engine.Models.ModelConfigurationException">When the model's sizes do not fit together.</exception>
    public static void Check(MazeRecipe recipe)
    {
        MazeSize.Check(recipe.MazeSize);
        TrainingSettings.AtLeast("route_length", recipe.RouteLength, 1);
        TrainingSettings.AtLeast("batch", recipe.Batch, 1);
        TrainingSettings.EveryTick(recipe.EveryTickLoss);
        TrainingSettings.AtLeast("lookahead", recipe.Lookahead, 0);
        TrainingSettings.AtLeast("test_mazes", recipe.TestMazes, 1);
        TrainingSettings.AtLeast("probe_mazes", recipe.ProbeMazes, 1);
        TrainingSettings.Within("readings", recipe.Readings, 1, MazeTurn.All.Count);
        TrainingSettings.AtLeast("reapplications", recipe.Reapplications, 0);
        TrainingSettings.Check(recipe.Training);
        recipe.Model.Validate();
    }
}
