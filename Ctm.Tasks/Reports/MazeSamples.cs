using Ctm.Tasks.Mazes;
using Ctm.Tasks.Mazes.Pictures;
using SkiaSharp;

namespace Ctm.Tasks.Reports;

/// <summary>Pictures of unseen mazes: how the model thinks about some that it solves and one that it does not.</summary>
internal static class MazeSamples
{
    private const int Tried = 40;
    private const int Panels = 8;
    private const int Solved = 2;

    /// <summary>Saves the pictures; the solved ones with the longest routes and the failed one that came furthest.</summary>
    /// <returns>File names and captions.</returns>
    public static IReadOnlyList<(string File, string Caption)> Save(string folder, MazeTask task)
    {
        List<Sample> samples = [.. Enumerable.Range(0, Math.Min(Tried, task.TestMazes)).Select(index => Look(task, index))];
        var saved = new List<(string, string)>();
        foreach (Sample sample in samples.Where(s => s.IsSolved).OrderByDescending(s => s.Maze.RouteLength).Take(Solved)
            .Concat(samples.Where(s => !s.IsSolved).OrderByDescending(s => s.Right).Take(1)))
        {
            string file = FormattableString.Invariant($"maze-{(sample.IsSolved ? "solved" : "failed")}-{sample.Index}.png");
            int length = Math.Min(sample.Maze.RouteLength, task.Recipe.RouteLength);
            string outcome = sample.IsSolved
                ? FormattableString.Invariant($"solved, a route of {length} moves")
                : FormattableString.Invariant($"not solved, {Math.Min(sample.Right, length)} of {length} moves right in a row");
            string title = FormattableString.Invariant($"Unseen maze {sample.Index}: {outcome}");
            int cell = Math.Clamp(250 / sample.Maze.Size, 5, 24);
            using SKImage picture = MazePictureStrip.Draw(sample.Maze, Ticks(sample), title, cell);
            MazePicture.Save(Path.Combine(folder, file), picture);
            saved.Add((file, $"{title}; the answer is that of tick {sample.Best + 1} of {sample.Thought.Moves.Length}."));
        }

        return saved;
    }

    private static Sample Look(MazeTask task, int index)
    {
        Maze maze = task.TestMaze(index);
        MazeThought thought = task.Think(maze);
        int[] answer = thought.Moves[thought.AnswerTick];
        int[] targets = new int[answer.Length];
        maze.WriteTargets(targets);
        return new Sample(index, maze, thought, MazeScore.CorrectPrefix(answer, targets));
    }

    // Evenly spaced, the first, the last and the most certain among them.
    private static MazeTick[] Ticks(Sample sample)
    {
        int count = sample.Thought.Moves.Length, shown = Math.Min(Panels, count);
        int[] ticks = [.. Enumerable.Range(0, shown).Select(i => shown == 1 ? 0 : (int)Math.Round((double)i * (count - 1) / (shown - 1)))];
        if (!ticks.Contains(sample.Best))
        {
            ticks[Array.IndexOf(ticks, ticks[1..^1].MinBy(tick => Math.Abs(tick - sample.Best)))] = sample.Best;
        }

        MazeThought thought = sample.Thought;
        return [.. ticks.Select(t => new MazeTick(t + 1, thought.Certainty[t], thought.Moves[t], thought.Attention[t]))];
    }

    private sealed record Sample(int Index, Maze Maze, MazeThought Thought, int Right)
    {
        public int Best => Thought.AnswerTick;

        public bool IsSolved => Right == Thought.Moves[0].Length;
    }
}
