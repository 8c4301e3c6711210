using Ctm.Engine.Models;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Mazes;

/// <summary>Finds out in which order the moves of a route become right (paper appendix I).</summary>
/// <param name="routeLength">Moves that the model predicts.</param>
internal sealed class MazeOrderObserver(int routeLength) : IEvaluationObserver
{
    private readonly SettlingOrder order = new(routeLength, MazeMoves.Count, (int)MazeMove.Wait);

    /// <summary>Correlation of the tick from which a move stays right with its place in the route.</summary>
    public double Order => order.Value;

    /// <inheritdoc/>
    public void Add(TickOutput output, float[] logits, int[] targets) => order.Add(logits, targets, output.Batch);
}
