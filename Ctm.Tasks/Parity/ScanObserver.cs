using Ctm.Engine.Models;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Parity;

/// <summary>
/// Finds out in which direction a model reads a sequence (paper appendices F.2 and F.6). A forward reader attends to later places at later
/// ticks, and earlier places become right, and stay so, at earlier ticks. A backward reader attends to earlier places at later ticks, and
/// its answers become right late and together.
/// </summary>
/// <param name="length">Length of the sequences.</param>
public sealed class ScanObserver(int length) : IEvaluationObserver
{
    private const int Classes = 2;
    private const double Clear = 0.3, Learned = 0.75;
    private readonly SettlingOrder settling = new(length, Classes);
    private readonly AttentionOrder attention = new();
    private readonly int[] places = [.. Enumerable.Range(0, length)];

    /// <summary>Correlation of the tick from which a place stays right with the place, over samples and places.</summary>
    public double SettlingOrder => settling.Value;

    /// <summary>Correlation of the place attended to with the tick, of the strongest head; null where no model attended.</summary>
    public double? AttentionOrder => attention.Value;

    /// <summary>The direction; <c>unclear</c> where the model has not learned the task, or neither order is strong.</summary>
    /// <param name="stepAccuracy">Share of right places.</param>
    public string Strategy(double stepAccuracy)
    {
        double attended = AttentionOrder ?? 0;
        if (stepAccuracy < Learned)
        {
            return "unclear";
        }

        return attended <= -Clear ? "backward" : attended >= Clear || SettlingOrder >= Clear ? "forward" : "unclear";
    }

    /// <inheritdoc/>
    public void Add(TickOutput output, float[] logits, int[] targets)
    {
        settling.Add(logits, targets, output.Batch);
        attention.Add(output, _ => places);
    }
}
