namespace Ctm.Engine.Files;

/// <summary>What the elements of a <see cref="StateTensor"/> are.</summary>
public enum StateTensorKind
{
    /// <summary>float32 values.</summary>
    Single,

    /// <summary>64-bit integers, such as neuron indices and counters.</summary>
    Int64,

    /// <summary>Truth values, such as masks.</summary>
    Boolean,
}
