using Ctm.Tasks.Mazes.Pictures;

namespace Ctm.Tasks.Mazes;

/// <summary>What a model does with one maze, tick by tick.</summary>
/// <param name="Moves">Predicted moves, [T][S].</param>
/// <param name="Certainty">Certainty, [T].</param>
/// <param name="Attention">Where it looks, mean over heads, [T]; null for models that do not attend tick by tick.</param>
public sealed record MazeThought(int[][] Moves, float[] Certainty, MazeAttention?[] Attention)
{
    /// <summary>Whether the most certain tick answers; else the last.</summary>
    public bool UseMostCertain { get; init; } = true;

    /// <summary>The tick that answers, from 0; the first of equally certain ones.</summary>
    public int AnswerTick => UseMostCertain ? Array.IndexOf(Certainty, Certainty.Max()) : Certainty.Length - 1;
}
