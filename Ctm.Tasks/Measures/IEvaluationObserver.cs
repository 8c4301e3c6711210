using Ctm.Engine.Models;

namespace Ctm.Tasks.Measures;

/// <summary>Looks at what an evaluation does, batch by batch.</summary>
public interface IEvaluationObserver
{
    /// <summary>Looks at a batch.</summary>
    /// <param name="output">The pass, still on the tape.</param>
    /// <param name="logits">Its predictions, [T, B, S, K].</param>
    /// <param name="targets">The right classes, [B, S].</param>
    void Add(TickOutput output, float[] logits, int[] targets);
}
