using Ctm.Engine.Models;
using Ctm.Engine.Training;

namespace Ctm.Tasks.Runs;

/// <summary>A model with samples whose answers are known: what a <see cref="SupervisedRun{TRecipe, TTask}"/> trains and evaluates.</summary>
public interface ISupervisedTask : ITrainingTask, IDisposable
{
    /// <summary>What is trained on, such as <c>maze 11 x 11</c>.</summary>
    string Title { get; }

    /// <summary>The model.</summary>
    Model Model { get; }

    /// <summary>The figures on unseen samples, always the same ones.</summary>
    /// <param name="count">How many; null for as many as the recipe says.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    EvaluationFigures EvaluateUnseen(int? count, CancellationToken cancellation);
}
