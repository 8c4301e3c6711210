using System.Diagnostics;
using Ctm.Engine.Backbones;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// What a MiniGrid agent sees: 7 x 7 cells, turned so that it looks up from the middle of the lowest row. Each cell is an object, a colour
/// and a state, in the library's numbers; columns from left to right, within each the cells from top to bottom. Walls hide what is
/// behind them, by the library's rule: sight spreads from the agent sideways and upwards, row by row, through cells that are no walls.
/// </summary>
internal static class FourRoomsView
{
    /// <summary>Numbers of objects.</summary>
    internal const int Unseen = 0, Empty = 1, Wall = 2, Goal = 8;

    /// <summary>Numbers of colours.</summary>
    internal const int Green = 1, Grey = 5;

    private const int Side = MiniGridBackbone.GridSize, Middle = Side / 2, Channels = MiniGridBackbone.CellChannels;

    /// <summary>Writes the view of a state of <see cref="FourRooms"/>.</summary>
    /// <param name="state">The state.</param>
    /// <param name="observation">Receives [column, row, 3].</param>
    public static void Write(ReadOnlySpan<double> state, Span<float> observation)
    {
        Debug.Assert(observation.Length == Side * Side * Channels, "a view is 7 x 7 x 3");
        Span<bool> walls = stackalloc bool[Side * Side], seen = stackalloc bool[Side * Side];
        Span<int> objects = stackalloc int[Side * Side];
        (int aheadX, int aheadY) = FourRooms.Way((int)state[2]);
        for (int column = 0; column < Side; column++)
        {
            for (int row = 0; row < Side; row++)
            {
                // To the right of (x, y) is (-y, x), since y points down.
                int ahead = Side - 1 - row, right = column - Middle, cell = (column * Side) + row;
                int x = (int)state[0] + (ahead * aheadX) - (right * aheadY), y = (int)state[1] + (ahead * aheadY) + (right * aheadX);
                walls[cell] = FourRooms.IsWall(state, x, y);
                bool isGoal = x == (int)state[3] && y == (int)state[4];
                objects[cell] = walls[cell] ? Wall : isGoal ? Goal : Empty;
            }
        }

        Look(walls, seen);
        for (int cell = 0; cell < Side * Side; cell++)
        {
            int what = seen[cell] ? objects[cell] : Unseen;
            observation[Channels * cell] = what;
            observation[(Channels * cell) + 1] = what switch
            {
                Wall => Grey,
                Goal => Green,
                _ => 0,
            };
            observation[(Channels * cell) + 2] = 0;
        }
    }

    /// <summary>Marks the cells that are seen.</summary>
    private static void Look(ReadOnlySpan<bool> walls, Span<bool> seen)
    {
        seen[(Middle * Side) + Side - 1] = true;
        for (int row = Side - 1; row >= 0; row--)
        {
            for (int column = 0; column < Side - 1; column++)
            {
                Spread(walls, seen, column, row, 1);
            }

            for (int column = Side - 1; column > 0; column--)
            {
                Spread(walls, seen, column, row, -1);
            }
        }
    }

    // From a cell to its neighbour at one side, and in the row above to that neighbour's and to its own.
    private static void Spread(ReadOnlySpan<bool> walls, Span<bool> seen, int column, int row, int side)
    {
        int cell = (column * Side) + row, beside = ((column + side) * Side) + row;
        if (!seen[cell] || walls[cell])
        {
            return;
        }

        seen[beside] = true;
        if (row > 0)
        {
            seen[beside - 1] = true;
            seen[cell - 1] = true;
        }
    }
}
