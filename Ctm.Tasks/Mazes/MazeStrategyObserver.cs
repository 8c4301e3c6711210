using Ctm.Engine.Models;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Mazes;

/// <summary>
/// Finds out how a model walks mazes (paper appendix I): where along the route it looks at which tick, and in which order moves become right.
/// A forward walker looks from start to goal, a backward one from goal to start. A leapfrog, as models become that have few ticks for long
/// routes, comes forward on the whole though most of its steps lead back: it jumps ahead and traces the way back.
/// </summary>
/// <param name="routeLength">Moves that the model predicts.</param>
/// <param name="mazeOf">The unseen maze of a number, as the evaluation goes through them.</param>
internal sealed class MazeStrategyObserver(int routeLength, Func<int, Maze> mazeOf) : IEvaluationObserver
{
    private const double Clear = 0.3, Learned = 0.75;
    private readonly SettlingOrder settling = new(routeLength, MazeMoves.Count, (int)MazeMove.Wait);
    private readonly AttentionOrder attention = new();
    private int seen;

    /// <summary>Correlation of the tick from which a move stays right with its place in the route.</summary>
    public double SettlingOrder => settling.Value;

    /// <summary>
    /// Correlation of the part of the route that is attended to with the tick, of the head where it is strongest; null where no model attended.
    /// </summary>
    public double? AttentionOrder => attention.Value;

    /// <summary>Share of that head's steps along the route, of half a move or more, that lead back; null where no model attended.</summary>
    public double? BackwardSteps => attention.BackwardSteps;

    /// <summary>
    /// <c>forward</c>, <c>backward</c> or <c>leapfrog</c>; <c>unclear</c> where the model has not learned the task, or no order is strong.
    /// </summary>
    /// <param name="stepAccuracy">Share of right moves.</param>
    public string Strategy(double stepAccuracy)
    {
        double attended = AttentionOrder ?? 0;
        if (stepAccuracy < Learned)
        {
            return "unclear";
        }

        if (attended >= Clear)
        {
            return BackwardSteps > 0.5 ? "leapfrog" : "forward";
        }

        return attended <= -Clear || SettlingOrder <= -Clear ? "backward" : SettlingOrder >= Clear ? "forward" : "unclear";
    }

    /// <inheritdoc/>
    public void Add(TickOutput output, float[] logits, int[] targets)
    {
        settling.Add(logits, targets, output.Batch);
        attention.Add(output, sample => RouteTokens(mazeOf(seen + sample), output.Attention!));
        seen += output.Batch;
    }

    // The tokens that the cells of the route lie in, its start first.
    private int[] RouteTokens(Maze maze, AttentionTrack track)
    {
        var tokens = new int[Math.Min(routeLength, maze.RouteLength) + 1];
        int cell = maze.Start;
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = (cell / maze.Size * track.Height / maze.Size * track.Width) + (cell % maze.Size * track.Width / maze.Size);
            cell += i < tokens.Length - 1 ? MazeMoves.Offset(maze.Route[i], maze.Size) : 0;
        }

        return tokens;
    }
}
