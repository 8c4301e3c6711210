using System.Buffers.Binary;

namespace Ctm.Tasks.Mazes;

/// <summary>The colour code of solved mazes, as RGBA bytes, and the way back from colours to a route.</summary>
internal static class MazePixels
{
    private const int Bytes = 4;
    private const uint Wall = 0x000000FF;
    private const uint Free = 0xFFFFFFFF;
    private const uint Start = 0xFF0000FF;
    private const uint Goal = 0x00FF00FF;
    private const uint Path = 0x0000FFFF;

    public static byte[] FromMaze(Maze maze)
    {
        var pixels = new byte[maze.Walls.Length * Bytes];
        for (var cell = 0; cell < maze.Walls.Length; cell++)
        {
            Set(pixels, cell, maze.Walls[cell] ? Wall : Free);
        }

        var on = maze.Start;
        foreach (var move in maze.Route)
        {
            on += MazeMoves.Offset(move, maze.Size);
            Set(pixels, on, Path);
        }

        Set(pixels, maze.Start, Start);
        Set(pixels, maze.Goal, Goal);
        return pixels;
    }

    public static Maze ToMaze(int size, byte[] pixels, string name)
    {
        var walls = new bool[size * size];
        var path = new bool[size * size];
        var start = -1;
        var goal = -1;
        for (var cell = 0; cell < walls.Length; cell++)
        {
            var colour = BinaryPrimitives.ReadUInt32BigEndian(pixels.AsSpan(cell * Bytes));
            switch (colour)
            {
                case Wall:
                    walls[cell] = true;
                    break;
                case Free:
                    break;
                case Path:
                    path[cell] = true;
                    break;
                case Start:
                    start = start < 0 ? cell : throw Fault(name, "more than one red pixel: a maze has one start");
                    break;
                case Goal:
                    goal = goal < 0 ? cell : throw Fault(name, "more than one green pixel: a maze has one goal");
                    break;
                default:
                    throw UnknownColour(name, size, cell, colour);
            }
        }

        if (start < 0)
        {
            throw Fault(name, "no red pixel: a maze has one start");
        }

        if (goal < 0)
        {
            throw Fault(name, "no green pixel: a maze has one goal");
        }

        var maze = new Maze(size);
        maze.Assign(walls, start, goal, Follow(size, path, start, goal, name));
        return maze;
    }

    // Looks up, down, left, right in this order, and never back onto a pixel of the path that was taken already.
    private static MazeMove[] Follow(int size, bool[] path, int start, int goal, string name)
    {
        path[goal] = true;
        var blocked = Array.ConvertAll(path, on => !on);
        var route = new List<MazeMove>();
        var cell = start;
        while (cell != goal)
        {
            var next = -1;
            for (var move = MazeMove.Up; move <= MazeMove.Right && next < 0; move++)
            {
                next = MazeWalk.Step(blocked, size, cell, move);
                if (next >= 0)
                {
                    route.Add(move);
                }
            }

            if (next < 0)
            {
                throw Fault(name, FormattableString.Invariant(
                    $"the blue path ends at pixel ({cell % size}, {cell / size}), after {route.Count} steps, and misses the green one"));
            }

            blocked[next] = true;
            cell = next;
        }

        return [.. route];
    }

    private static void Set(byte[] pixels, int cell, uint colour)
    {
        BinaryPrimitives.WriteUInt32BigEndian(pixels.AsSpan(cell * Bytes), colour);
    }

    private static InvalidDataException Fault(string name, string problem)
    {
        return new InvalidDataException($"{name}: {problem}");
    }

    private static InvalidDataException UnknownColour(string name, int size, int cell, uint colour)
    {
        return Fault(name, FormattableString.Invariant(
            $"pixel ({cell % size}, {cell / size}) has RGBA colour #{colour:X8}: only black, white, red, green and blue are a maze's"));
    }
}
