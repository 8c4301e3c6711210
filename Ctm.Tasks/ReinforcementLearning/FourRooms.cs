using Ctm.Engine.Backbones;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// MiniGrid-FourRooms-v0 (Chevalier-Boisvert and others, 2018): 19 x 19 cells, walls around and between four rooms, each inner wall with
/// one gap; agent and goal stand anywhere. Actions: 0 turns left, 1 turns right, 2 goes ahead; 3 to 6 (pick up, drop, toggle, done) do
/// nothing here. Reaching the goal ends the episode and pays 1 - 0.9 steps / limit. State: the agent's cell (x to the right, y down) and
/// direction (0 right, 1 down, 2 left, 3 up), the goal's cell, the gaps' places along their walls, the steps gone. Observation: what it
/// sees of the 7 x 7 cells ahead (<see cref="FourRoomsView"/>).
/// </summary>
/// <param name="maximumSteps">The limit, which rewards depend on: 100 as registered; the paper has 300.</param>
public sealed class FourRooms(int maximumSteps = 100) : IEnvironment
{
    /// <summary>Cells across, walls included.</summary>
    internal const int Size = 19;

    private const int Middle = Size / 2, GapPlaces = 8, Free = ((Size - 2) * (Size - 2)) - (4 * GapPlaces) - 1 + 4;

    /// <inheritdoc/>
    public string Name => "MiniGrid-FourRooms-v0";

    /// <inheritdoc/>
    public int StateLength => 10;

    /// <inheritdoc/>
    public int ObservationLength => MiniGridBackbone.GridSize * MiniGridBackbone.GridSize * MiniGridBackbone.CellChannels;

    /// <inheritdoc/>
    public int Actions => 7;

    /// <inheritdoc/>
    public int MaximumSteps => maximumSteps;

    /// <summary>How x and y change by a step in a direction.</summary>
    internal static (int X, int Y) Way(int direction) => direction switch
    {
        0 => (1, 0),
        1 => (0, 1),
        2 => (-1, 0),
        _ => (0, -1),
    };

    /// <summary>Whether a cell is a wall; all cells beyond the grid are.</summary>
    internal static bool IsWall(ReadOnlySpan<double> state, int x, int y)
    {
        if (x is <= 0 or >= Size - 1 || y is <= 0 or >= Size - 1)
        {
            return true;
        }

        bool isGap = x == Middle
            ? y == (int)state[y < Middle ? 5 : 6]
            : x == (int)state[x < Middle ? 7 : 8];
        return (x == Middle || y == Middle) && !isGap;
    }

    /// <inheritdoc/>
    public void Start(Span<double> state, Philox draw)
    {
        // The vertical wall's upper and lower gap, the horizontal wall's left and right one: eight places each.
        for (int gap = 0; gap < 4; gap++)
        {
            int place = (int)((draw.X >> (3 * gap)) & (GapPlaces - 1));
            state[5 + gap] = 1 + place + (gap % 2 == 0 ? 0 : Middle);
        }

        int agent = Below(draw.Y, Free), goal = Below(draw.Z, Free - 1);
        (state[0], state[1]) = Cell(state, agent);
        state[2] = draw.X >> 30;
        (state[3], state[4]) = Cell(state, goal < agent ? goal : goal + 1);
        state[9] = 0;
    }

    /// <inheritdoc/>
    public bool Advance(Span<double> state, int action, out double reward)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)action, 7u, nameof(action));
        state[9]++;
        reward = 0;
        int direction = (int)state[2];
        if (action < 2)
        {
            state[2] = (direction + (action == 0 ? 3 : 1)) % 4;
        }

        if (action != 2)
        {
            return false;
        }

        (int x, int y) = Way(direction);
        x += (int)state[0];
        y += (int)state[1];
        if (IsWall(state, x, y))
        {
            return false;
        }

        state[0] = x;
        state[1] = y;
        bool isGoal = x == (int)state[3] && y == (int)state[4];
        reward = isGoal ? 1 - (0.9 * state[9] / maximumSteps) : 0;
        return isGoal;
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<double> state, Span<float> observation, bool maskVelocities) =>
        FourRoomsView.Write(state, observation);

    // A number below a limit; the bias is below 1e-7.
    private static int Below(uint word, int limit) => (int)(((ulong)word * (uint)limit) >> 32);

    /// <summary>A free cell by its number in reading order.</summary>
    private static (int X, int Y) Cell(ReadOnlySpan<double> state, int number)
    {
        for (int y = 1; y < Size - 1; y++)
        {
            for (int x = 1; x < Size - 1; x++)
            {
                if (!IsWall(state, x, y) && number-- == 0)
                {
                    return (x, y);
                }
            }
        }

        throw new ArgumentOutOfRangeException(nameof(number), $"There are {Free} free cells only.");
    }
}
