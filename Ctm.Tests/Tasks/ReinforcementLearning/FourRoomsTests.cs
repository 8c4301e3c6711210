using Ctm.Kernels.RandomNumbers;
using Ctm.Tasks.ReinforcementLearning;

namespace Ctm.Tests.Tasks.ReinforcementLearning;

/// <summary>The rules of FourRooms, against views drawn by hand and against symmetries.</summary>
internal sealed class FourRoomsTests
{
    private const int Size = 19, Side = 7;

    // Gaps: the vertical wall's at rows 4 and 14, the horizontal wall's at columns 6 and 12.
    private static readonly double[] Gaps = [4, 14, 6, 12];

    [Test]
    public void Observe_CornerFacingRight_SeesTheRoomAndTheWallBesideIt()
    {
        // The agent is at (1, 1) and looks right: the upper edge's wall is at its left, two cells beyond the grid are hidden by it.
        string[] expected =
        [
            "  #....",
            "  #....",
            "  #....",
            "  #.G..",
            "  #....",
            "  #....",
            "  #....",
        ];
        AssertView(State(1, 1, 0, 4, 2), expected);
    }

    [Test]
    public void Observe_BesideAGap_SeesThroughItAlongTheWallBehind()
    {
        // At (8, 6), looking right: the gap (9, 4) is ahead and two to the left; the wall y = 9 is three to the right, its gap at x = 12.
        string[] expected =
        [
            "......#",
            "......#",
            ".......",
            "......#",
            "......#",
            "#.#####",
            "......#",
        ];
        AssertView(State(8, 6, 0, 1, 1), expected);
    }

    [Test]
    public void Observe_AtTheLowerEdge_SeesThroughTheGapAndNotBeyondTheEdge()
    {
        // At (8, 17), looking right: the gap (9, 14) is ahead and three to the left.
        string[] expected =
        [
            "....#  ",
            "....#  ",
            "....#  ",
            "....#  ",
            "....#  ",
            ".####  ",
            "....#  ",
        ];
        AssertView(State(8, 17, 0, 1, 1), expected);
    }

    [Test]
    public void Observe_TowardsAWall_SeesNothingBehindIt()
    {
        // At (13, 2), looking up: the row y = 0 is the upper edge, two ahead.
        string[] expected =
        [
            "       ",
            "       ",
            "       ",
            "       ",
            "#######",
            ".......",
            ".......",
        ];
        AssertView(State(13, 2, 3, 1, 1), expected);
    }

    [Test]
    public void Observe_Goal_IsGreenAndTheAgentsCellEmpty()
    {
        var seen = new float[147];
        new FourRooms().Observe(State(4, 4, 3, 4, 2), seen, maskVelocities: false);
        Assert.That(Cell(seen, 3, 4), Is.EqualTo(new[] { 8f, 1f, 0f }), "two ahead");
        Assert.That(Cell(seen, 3, 6), Is.EqualTo(new[] { 1f, 0f, 0f }), "the agent's own");
        Assert.That(Cell(seen, 3, 2), Is.EqualTo(new[] { 2f, 5f, 0f }), "the wall, four ahead");
    }

    [Test]
    public void Advance_HandWalk_TurnsMovesStopsAtWallsAndIsPaidAtTheGoal()
    {
        var rooms = new FourRooms(300);
        double[] state = State(2, 1, 3, 3, 3);

        // Up is a wall; right, ahead, right, ahead twice: at (3, 3) after seven steps. What is unused does nothing but take time.
        (int Action, int X, int Y, int Direction)[] walk = [(2, 2, 1, 3), (1, 2, 1, 0), (2, 3, 1, 0), (5, 3, 1, 0), (1, 3, 1, 1), (2, 3, 2, 1)];
        foreach ((int action, int x, int y, int direction) in walk)
        {
            Assert.That(rooms.Advance(state, action, out double nothing), Is.False);
            Assert.That(nothing, Is.Zero);
            Assert.That(state[..3], Is.EqualTo(new double[] { x, y, direction }), $"action {action}");
        }

        Assert.That(rooms.Advance(state, 2, out double reward), Is.True);
        Assert.That(reward, Is.EqualTo(1 - (0.9 * 7 / 300)).Within(1e-12));
        Assert.That(() => rooms.Advance(State(1, 1, 0, 2, 2), 7, out _), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Advance_LeftFromRight_LooksUp()
    {
        double[] state = State(2, 2, 0, 5, 5);
        new FourRooms().Advance(state, 0, out _);
        Assert.That(state[2], Is.EqualTo(3));
    }

    [Test]
    public void Observe_WorldTurnedWithTheAgent_LooksTheSame()
    {
        for (uint i = 0; i < 200; i++)
        {
            double[] state = Start(i);
            float[] before = See(state);
            for (int turn = 0; turn < 3; turn++)
            {
                state = Turn(state);
                Assert.That(See(state), Is.EqualTo(before), $"start {i}, turn {turn}");
            }
        }
    }

    [Test]
    public void Observe_AnyState_SeesItselfAndOnlyWhatIsThere()
    {
        for (uint i = 0; i < 200; i++)
        {
            double[] state = Start(i);
            float[] seen = See(state);
            Assert.That(Cell(seen, 3, 6), Is.EqualTo(new[] { 1f, 0f, 0f }));

            // Each cell that is seen, the agent's apart, has a neighbour that is seen and no wall: sight has come from there.
            for (int column = 0; column < Side; column++)
            {
                for (int row = 0; row < Side - 1; row++)
                {
                    bool hasSource = Enumerable.Range(Math.Max(0, column - 1), 3).Where(c => c < Side)
                        .Any(c => Enumerable.Range(row, 2).Any(r => (c, r) != (column, row) && Cell(seen, c, r)[0] is 1 or 8));
                    Assert.That(Cell(seen, column, row)[0] == 0 || hasSource, $"start {i}, cell {column}, {row}");
                }
            }
        }
    }

    [Test]
    public void Start_ManySeeds_AllPlacesOccurAndTheGoalCanBeReached()
    {
        var agents = new HashSet<(int, int)>();
        var goals = new HashSet<(int, int)>();
        var gaps = new HashSet<double>[] { [], [], [], [] };
        var directions = new int[4];
        const int starts = 4000;
        for (uint i = 0; i < starts; i++)
        {
            double[] state = Start(i);
            (int, int) agent = ((int)state[0], (int)state[1]), goal = ((int)state[3], (int)state[4]);
            Assert.That(goal, Is.Not.EqualTo(agent));
            HashSet<(int, int)> reached = Reach(state);
            Assert.That(reached, Has.Count.EqualTo(260).And.Contain(goal), "17 x 17 cells without 33 of walls, with 4 gaps");
            agents.Add(agent);
            goals.Add(goal);
            directions[(int)state[2]]++;
            for (int gap = 0; gap < 4; gap++)
            {
                gaps[gap].Add(state[5 + gap]);
            }
        }

        // 256 cells are always free; the gaps' places are so in one of eight cases.
        Assert.That(agents, Has.Count.GreaterThan(256).And.Count.LessThanOrEqualTo(288));
        Assert.That(goals, Has.Count.GreaterThan(256).And.Count.LessThanOrEqualTo(288));
        Assert.That(directions, Is.All.InRange(starts / 4 * 0.85, starts / 4 * 1.15));
        Assert.That(gaps[0].Order(), Is.EqualTo(Enumerable.Range(1, 8)));
        Assert.That(gaps[1].Order(), Is.EqualTo(Enumerable.Range(10, 8)));
        Assert.That(gaps[2].Order(), Is.EqualTo(Enumerable.Range(1, 8)));
        Assert.That(gaps[3].Order(), Is.EqualTo(Enumerable.Range(10, 8)));
    }

    [Test]
    public void Advance_RandomWalk_StaysOnFreeCells()
    {
        var random = new Random(3);
        var rooms = new FourRooms();
        double[] state = Start(5);
        HashSet<(int, int)> free = Reach(state), visited = [];
        for (int step = 0; step < 20000; step++)
        {
            bool ends = rooms.Advance(state, random.Next(7), out double reward);
            (int, int) at = ((int)state[0], (int)state[1]);
            Assert.That(free, Does.Contain(at));
            Assert.That(ends, Is.EqualTo(reward != 0));
            visited.Add(at);
            state[9] = 0;
        }

        Assert.That(visited, Has.Count.GreaterThan(130), "it gets into more than one room");
    }

    private static double[] Start(uint index)
    {
        var state = new double[10];
        new FourRooms().Start(state, Philox.Draw(9, 1, index));
        return state;
    }

    private static double[] State(int x, int y, int direction, int goalX, int goalY) => [x, y, direction, goalX, goalY, .. Gaps, 0];

    private static float[] See(double[] state)
    {
        var seen = new float[147];
        new FourRooms().Observe(state, seen, maskVelocities: true);
        return seen;
    }

    private static float[] Cell(float[] seen, int column, int row) => seen[(3 * ((column * Side) + row))..][..3];

    // A quarter to the right about the middle: (x, y) goes to (18 - y, x).
    private static double[] Turn(double[] s) =>
        [Size - 1 - s[1], s[0], (s[2] + 1) % 4, Size - 1 - s[4], s[3], s[7], s[8], Size - 1 - s[6], Size - 1 - s[5], s[9]];

    private static HashSet<(int X, int Y)> Reach(double[] state)
    {
        HashSet<(int X, int Y)> reached = [((int)state[0], (int)state[1])];
        var next = new Stack<(int X, int Y)>(reached);
        while (next.TryPop(out (int X, int Y) at))
        {
            foreach ((int x, int y) in new[] { (at.X + 1, at.Y), (at.X - 1, at.Y), (at.X, at.Y + 1), (at.X, at.Y - 1) })
            {
                if (!FourRooms.IsWall(state, x, y) && reached.Add((x, y)))
                {
                    next.Push((x, y));
                }
            }
        }

        return reached;
    }

    // Drawn as seven rows from far to near, columns from left to right: blank is unseen.
    private static void AssertView(double[] state, string[] expected)
    {
        float[] seen = See(state);
        string[] rows =
        [
            .. Enumerable.Range(0, Side).Select(row => string.Concat(
                Enumerable.Range(0, Side).Select(column => " .#?????G"[(int)Cell(seen, column, row)[0]]))),
        ];
        Assert.That(rows, Is.EqualTo(expected));
    }
}
