namespace Ctm.Engine.Importing;

/// <summary>Where a value of an imported configuration comes from.</summary>
public enum ValueSource
{
    /// <summary>The settings that the file holds.</summary>
    File,

    /// <summary>Names, shapes or values of the tensors.</summary>
    Tensors,

    /// <summary>Neither tells; the reference's own default.</summary>
    Default,

    /// <summary>Set by whoever imports.</summary>
    Setting,

    /// <summary>Neither tells, and there is no default: it must be set.</summary>
    Missing,
}
