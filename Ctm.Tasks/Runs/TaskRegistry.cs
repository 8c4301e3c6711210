using Ctm.Engine.Models;
using Ctm.Tasks.Images;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Parity;
using Ctm.Tasks.Questions;
using Ctm.Tasks.ReinforcementLearning;
using Ctm.Tasks.Sorting;

namespace Ctm.Tasks.Runs;

/// <summary>All tasks.</summary>
public static class TaskRegistry
{
    /// <summary>The tasks, in the order to show.</summary>
    public static IReadOnlyList<TaskDefinition> All { get; } =
    [
        new MazeDefinition(),
        new ParityDefinition(),
        new SortDefinition(),
        new QamnistDefinition(),
        new ImageDefinition(MnistFiles.Name),
        new ImageDefinition(CifarFiles.Name),
        new ImageDefinition(ImageFolder.Name),
        new AgentDefinition(AgentRecipes.CartPole),
        new AgentDefinition(AgentRecipes.Acrobot),
        new AgentDefinition(AgentRecipes.FourRooms),
    ];

    /// <summary>Their names, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(task => task.Name));

    /// <summary>The task of a name; null where there is none.</summary>
    public static TaskDefinition? Find(string? name) => All.FirstOrDefault(task => task.Name == name);

    /// <summary>The task of a run.</summary>
    /// <exception cref="TaskSettingException">When it is none of ours; lists those that are.</exception>
    public static TaskDefinition Of(RunFolder folder)
    {
        string name = folder.ReadTask();
        return Find(name) ?? throw new TaskSettingException(
            $"The run in '{folder.Location}' is of task '{name}': the tasks are {Names}.");
    }

    /// <summary>The settings to evaluate a model by that stands alone; null where it does not tell its task.</summary>
    public static ITaskPlan? Recognize(ModelConfiguration model) =>
        All.Select(task => task.Recognize(model)).FirstOrDefault(plan => plan is not null);
}
