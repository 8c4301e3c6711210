using Ctm.Engine.Agents;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>Checks of an agent's settings.</summary>
internal static class AgentSettings
{
    /// <summary>Checks a recipe before anything is made from it.</summary>
    /// <exception cref="TaskSettingException">When a setting is out of range, or two do not go together.</exception>
    /// <exception cref="Engine.Models.ModelConfigurationException">When the agent's sizes do not fit together.</exception>
    public static void Check(AgentRecipe recipe)
    {
        TrainingSettings.AtLeast("max_environment_steps", recipe.MaxEnvironmentSteps, 1);
        TrainingSettings.AtLeast("num_envs", recipe.NumEnvs, 1);
        TrainingSettings.AtLeast("num_steps", recipe.NumSteps, 1);
        TrainingSettings.AtLeast("update_epochs", recipe.UpdateEpochs, 1);
        TrainingSettings.AtLeast("num_minibatches", recipe.NumMinibatches, 1);
        TrainingSettings.AtLeast("test_samples", recipe.TestSamples, 1);
        TrainingSettings.AtLeast("probe_samples", recipe.ProbeSamples, 1);
        TrainingSettings.Require(
            recipe.NumEnvs % recipe.NumMinibatches == 0,
            $"num_envs is {recipe.NumEnvs}, it must be a multiple of num_minibatches, which is {recipe.NumMinibatches}");
        Share("discount_gamma", recipe.DiscountGamma);
        Share("gae_lambda", recipe.GaeLambda);
        TrainingSettings.Require(recipe.ClipCoef > 0, $"clip_coef is {recipe.ClipCoef}, it must be above 0");
        TrainingSettings.Require(recipe.EntCoef >= 0, $"ent_coef is {recipe.EntCoef}, it must be 0 or more");
        TrainingSettings.Require(recipe.VfCoef >= 0, $"vf_coef is {recipe.VfCoef}, it must be 0 or more");
        IEnvironment environment = Environments.Create(recipe.Environment, recipe.MaxEnvironmentSteps);
        AgentConfiguration model = recipe.Model;
        TrainingSettings.Require(
            model.Actions == environment.Actions,
            $"size_action_space is {model.Actions}, {environment.Name} has {environment.Actions} actions");
        model.Validate();
        TrainingSettings.Require(
            model.ObservationLength == environment.ObservationLength,
            $"observation_shape has {model.ObservationLength} values, {environment.Name} shows {environment.ObservationLength}");
        TrainingSettings.Check(recipe.Training);
    }

    private static void Share(string key, double value) =>
        TrainingSettings.Require(value is >= 0 and <= 1, $"{key} is {value}, it must be between 0 and 1");
}
