using Ctm.Engine.Models;
using Ctm.Engine.Training;

namespace Ctm.Tasks.Runs;

/// <summary>Everything that a run depends on; saved in its run folder.</summary>
public interface IRecipe
{
    /// <summary>The model.</summary>
    ModelConfiguration Model { get; }

    /// <summary>Kind of the model, one of its task's.</summary>
    string ModelKind => Model.Kind;
}

/// <summary>The recipe of a run that learns from samples with known answers.</summary>
public interface ISupervisedRecipe : IRecipe
{
    /// <summary>How the model is trained.</summary>
    TrainingOptions Training { get; }
}
