namespace Ctm.Engine.Training;

/// <summary>What a run needs, besides its model, to go on as if it had not stopped.</summary>
/// <param name="Step">Steps done: random draws and the data position follow from it.</param>
/// <param name="Seconds">Time spent.</param>
/// <param name="Moments">The optimizer's moments, and the gradient norms that clipping looks back on.</param>
/// <param name="Task">What the task adds, such as where its environments stand; null for nothing.</param>
public sealed record TrainingState(long Step, double Seconds, Files.StateDictionary Moments, Files.StateDictionary? Task = null);
