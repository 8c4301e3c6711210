using System.Globalization;

namespace Ctm.Engine.Files;

/// <summary>A checkpoint is well formed, but its tensors are not those of the model that should take them.</summary>
public sealed class CheckpointMismatchException : CtmFileException
{
    private const int ShownInMessage = 3;

    /// <summary>Creates the exception from all mismatches.</summary>
    /// <param name="mismatches">One line for each mismatch, at least one.</param>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public CheckpointMismatchException(IReadOnlyList<string> mismatches)
        : base(Summary(mismatches))
    {
        Mismatches = mismatches;
    }

    /// <summary>Every mismatch, one line each: missing, unexpected, wrong shape, wrong type, in this order.</summary>
    public IReadOnlyList<string> Mismatches { get; }

    private static string Summary(IReadOnlyList<string> mismatches)
    {
        ArgumentNullException.ThrowIfNull(mismatches);
        if (mismatches.Count == 0)
        {
            throw new ArgumentException("a mismatch exception needs at least one mismatch", nameof(mismatches));
        }

        string shown = string.Join("; ", mismatches.Take(ShownInMessage));
        int rest = mismatches.Count - Math.Min(ShownInMessage, mismatches.Count);
        string more = rest == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; and {rest} more");
        return $"the checkpoint does not fit the model: {shown}{more}";
    }
}
