using Ctm.Tasks.ReinforcementLearning;
using Ctm.Tasks.Runs;
using ScottPlot;

namespace Ctm.Tasks.Reports;

/// <summary>The report of an agent's run.</summary>
internal static class AgentReport
{
    /// <summary>Saves the pictures and gives the text.</summary>
    public static ReportText Make(ReportContext<AgentRecipe, AgentTask> context, string pictures)
    {
        AgentRecipe recipe = context.Recipe;
        var figures = (AgentFigures)context.Figures;
        SaveLearning(Path.Combine(pictures, "learning.png"), context, figures);
        long lived = recipe.Training.Steps * recipe.NumEnvs * recipe.NumSteps;
        string how = recipe.Greedy ? "takes its most probable action" : "draws its actions";
        var text = new ReportText();
        text.Line($"# {recipe.Environment}, preset {context.Configuration.Preset}").Space();
        text.Line($"{ModelNames.Of(recipe.ModelKind)} of {context.Task.Parameters.Count:N0} parameters, trained by proximal policy");
        text.Line($"optimisation over {recipe.Training.Steps:N0} rollouts of {recipe.NumSteps} steps in {recipe.NumEnvs} environments,");
        text.Line($"{lived:N0} steps in all.");
        text.Line($"In {figures.Samples:N0} new episodes of at most {recipe.MaxEnvironmentSteps} steps, in which it {how}, it lives");
        text.Line($"**{figures.MeanLength:F1}** steps on average and is paid {figures.MeanReturn:F3}.").Space();
        IEnumerable<FigureRow> rows = figures.Rows(context.Definition.Words)
            .Append(FigureRow.Of("episodes", $"{figures.Samples:N0}")).Append(context.TimeRow);
        text.Table("in new episodes", rows);
        text.Line($"## Learning\n").Picture("learning.png", "Length and return of episodes, entropy and loss over the steps");
        SaveEpisode(Path.Combine(pictures, "episode.png"), context.Task.Watch());
        text.Line($"In training, length and return are means over the latest 100 episodes; returns are the environment's own,");
        text.Line($"before any normalisation. A step is a rollout with all its updates.").Space();
        text.Line($"## An episode\n").Picture("episode.png", "Values, probabilities and neurons over one new episode");
        return text.End(context);
    }

    private static void SaveEpisode(string path, AgentEpisode episode)
    {
        (double X, double Y)[] Over(Func<AgentMoment, double> value) => [.. episode.Steps.Select((step, i) => (i + 1.0, value(step)))];
        Plot value = ReportPlot.Create($"What the critic expects; {episode.Steps.Count} steps", "step of the episode");
        ReportPlot.Curve(value, Over(step => step.Value), ReportPlot.Blue, null);
        Plot action = ReportPlot.Create("How probable the action was", "step of the episode");
        ReportPlot.Curve(action, Over(step => step.Probability), ReportPlot.Orange, null);
        Plot neurons = ReportPlot.Create("Four neurons", "step of the episode");
        Color[] colors = [ReportPlot.Blue, ReportPlot.Orange, ReportPlot.Green, ReportPlot.Purple];
        foreach ((int neuron, Color color) in Liveliest(episode).Zip(colors))
        {
            ReportPlot.Curve(neurons, Over(step => step.Neurons[neuron]), color, FormattableString.Invariant($"neuron {neuron}"));
        }

        ReportPlot.ShowLegend(neurons);
        ReportPlot.Save(path, [value, action, neurons], 1200, 900);
    }

    /// <summary>The neurons that move most.</summary>
    private static IEnumerable<int> Liveliest(AgentEpisode episode)
    {
        int count = episode.Steps[0].Neurons.Length;
        double Reach(int neuron) => episode.Steps.Max(s => s.Neurons[neuron]) - episode.Steps.Min(s => s.Neurons[neuron]);
        return Enumerable.Range(0, count).OrderByDescending(Reach).Take(4).Order();
    }

    private static void SaveLearning(string path, ReportContext<AgentRecipe, AgentTask> context, AgentFigures figures)
    {
        IReadOnlyList<MetricsLine> lines = context.Lines;
        long end = lines.Max(line => line.Step);
        Plot Both(string title, string key, double final)
        {
            Plot plot = ReportPlot.Create(title, "step");
            ReportPlot.Noisy(plot, [.. LearningCurves.Measure(lines, key)], ReportPlot.Blue, "in training");
            var unseen = new ShareCurve(key, string.Empty, string.Empty, final);
            ReportPlot.Curve(plot, [.. LearningCurves.Test(lines, unseen)], ReportPlot.Green, "new episodes", marked: true);
            ReportPlot.ShowLegend(plot);
            return plot;
        }

        Plot Train(string title, string key)
        {
            Plot plot = ReportPlot.Create(title, "step");
            ReportPlot.Noisy(plot, [.. LearningCurves.Measure(lines, key)], ReportPlot.Orange, null);
            LearningCurves.FromZero(plot, end);
            return plot;
        }

        ReportPlot.Save(
            path,
            [
                Both("Length of an episode", "episode_length", figures.MeanLength),
                Both("Return of an episode", "episode_return", figures.MeanReturn),
                Train("Entropy of the policy, nats", "entropy"),
                Train("Loss of the critic", "value_loss"),
            ],
            1200,
            900);
    }
}
