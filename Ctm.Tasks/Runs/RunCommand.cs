using System.Text;

namespace Ctm.Tasks.Runs;

/// <summary>The command that makes a run again.</summary>
public static class RunCommand
{
    /// <summary>The command line.</summary>
    /// <param name="task">The task.</param>
    /// <param name="configuration">The run's settings.</param>
    /// <param name="device">The device.</param>
    public static string Of<TRecipe>(TaskDefinition<TRecipe> task, RunConfiguration<TRecipe> configuration, string device)
        where TRecipe : class, IRecipe
    {
        string kind = configuration.Recipe.ModelKind;
        string model = kind == task.Models[0] ? string.Empty : $" --model {kind}";
        var text = new StringBuilder($"ctm train {task.Name} --preset {configuration.Preset}{model} --device {device}");
        foreach (string setting in RecipeSettings.Differences(task.Recipe(configuration.Preset, kind), configuration.Recipe))
        {
            string key = RecipeSettings.KeyOf(setting), value = setting[(key.Length + 1)..];
            text.Append(key is "steps" or "seed" ? $" --{key} {value}" : $" --set {setting}");
        }

        return text.ToString();
    }
}
