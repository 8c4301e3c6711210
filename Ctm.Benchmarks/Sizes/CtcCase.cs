using Ctm.Kernels.Ctc;

namespace Ctm.Benchmarks.Sizes;

/// <summary>A loss of lists that is measured.</summary>
/// <param name="Name">Short name, shown in the tables.</param>
/// <param name="Shape">The sizes.</param>
public sealed record CtcCase(string Name, CtcShape Shape)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
