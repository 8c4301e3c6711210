using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>Settings of a maze run, and what follows from them.</summary>
public static class MazeSettings
{
    /// <summary>
    /// The recipe with settings given as <c>key=value</c>. The image size follows <c>maze_size</c>, the prediction's shape
    /// <c>route_length</c>, unless they are set themselves.
    /// </summary>
    /// <exception cref="TaskSettingException">When a setting is unknown, of the wrong type, or out of range.</exception>
    /// <exception cref="Engine.Models.ModelConfigurationException">When the model's sizes do not fit together.</exception>
    public static MazeRecipe Apply(MazeRecipe recipe, IReadOnlyList<string> settings)
    {
        HashSet<string> given = [.. settings.Select(RecipeSettings.KeyOf)];
        MazeRecipe result = RecipeSettings.Apply(recipe, settings);
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
        AtLeast("route_length", recipe.RouteLength, 1);
        AtLeast("batch", recipe.Batch, 1);
        AtLeast("lookahead", recipe.Lookahead, 0);
        AtLeast("test_mazes", recipe.TestMazes, 1);
        AtLeast("probe_mazes", recipe.ProbeMazes, 1);
        AtLeast("steps", recipe.Training.Steps, 1);
        AtLeast("warm_up", recipe.Training.WarmUp, 0);
        AtLeast("report_every", recipe.Training.ReportEvery, 0);
        AtLeast("evaluate_every", recipe.Training.EvaluateEvery, 0);
        AtLeast("save_every", recipe.Training.SaveEvery, 0);
        if (recipe.Training.LearningRate <= 0)
        {
            throw new TaskSettingException(FormattableString.Invariant(
                $"learning_rate is {recipe.Training.LearningRate}, it must be above 0."));
        }

        recipe.Model.Validate();
    }

    private static void AtLeast(string key, long value, long least)
    {
        if (value < least)
        {
            throw new TaskSettingException(FormattableString.Invariant($"{key} is {value}, it must be {least} or more."));
        }
    }
}
