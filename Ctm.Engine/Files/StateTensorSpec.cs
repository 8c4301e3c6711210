namespace Ctm.Engine.Files;

/// <summary>Name, shape and kind of a tensor that a model expects.</summary>
/// <param name="Name">State-dict name.</param>
/// <param name="Shape">Row-major shape; empty for a scalar.</param>
/// <param name="Kind">What the elements are.</param>
public sealed record StateTensorSpec(string Name, long[] Shape, StateTensorKind Kind);
