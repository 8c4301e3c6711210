namespace Ctm.Tasks.Mazes;

/// <summary>The classes of one step of a route, in the order of the published models' outputs.</summary>
public enum MazeMove : byte
{
    Up = 0,
    Down = 1,
    Left = 2,
    Right = 3,

    /// <summary>Stay; pads a route to the length that the model predicts.</summary>
    Wait = 4,
}

/// <summary>What a move does to a cell index (row * size + column).</summary>
public static class MazeMoves
{
    /// <summary>Number of classes, Wait included.</summary>
    public const int Count = 5;

    /// <summary>The cell index's change under a move in a maze of that size; 0 for Wait.</summary>
    public static int Offset(MazeMove move, int size)
    {
        return move switch
        {
            MazeMove.Up => -size,
            MazeMove.Down => size,
            MazeMove.Left => -1,
            MazeMove.Right => 1,
            _ => 0,
        };
    }

    /// <summary>The move that undoes a move.</summary>
    public static MazeMove Opposite(MazeMove move)
    {
        return move == MazeMove.Wait ? MazeMove.Wait : (MazeMove)((int)move ^ 1);
    }
}
