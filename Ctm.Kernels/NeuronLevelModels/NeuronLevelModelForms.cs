namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>Batch rows of a tile, as the history is laid out: a type, so that a device compiles the body of its own tile only.</summary>
internal interface ITileRows
{
    static abstract int Count { get; }
}

/// <summary>A single sample.</summary>
internal readonly struct OneRow : ITileRows
{
    public static int Count => 1;
}

/// <summary>Devices, small batches, and hosts with 16 vector registers.</summary>
internal readonly struct FourRows : ITileRows
{
    public static int Count => 4;
}

/// <summary>
/// Hosts with 32 vector registers: forward takes eight rows at once, backward two times four, and the rows that are left over at the
/// batch's end four or one.
/// </summary>
internal readonly struct EightRows : ITileRows
{
    public static int Count => 8;
}

/// <summary>Deep or linear: a type for the same reason.</summary>
internal interface IModelForm
{
    static abstract bool IsDeep { get; }

    /// <summary>Whether <see cref="StagedModelBody"/> runs it.</summary>
    static abstract bool IsStaged { get; }
}

/// <summary>Two layers.</summary>
internal readonly struct DeepForm : IModelForm
{
    public static bool IsDeep => true;

    public static bool IsStaged => false;
}

/// <summary>Two layers, on the host.</summary>
internal readonly struct StagedDeepForm : IModelForm
{
    public static bool IsDeep => true;

    public static bool IsStaged => true;
}

/// <summary>One layer.</summary>
internal readonly struct LinearForm : IModelForm
{
    public static bool IsDeep => false;

    public static bool IsStaged => false;
}
