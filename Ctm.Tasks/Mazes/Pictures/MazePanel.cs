using SkiaSharp;

namespace Ctm.Tasks.Mazes.Pictures;

/// <summary>Draws one maze into a square of a canvas: floor, attention, walls, true route, predicted route, start and goal.</summary>
internal static class MazePanel
{
    public static void Draw(
        SKCanvas canvas, SKPoint corner, float cellSide, Maze maze, ReadOnlySpan<int> prediction, MazeAttention? attention)
    {
        var place = new Place(corner, cellSide, maze.Size);
        using (var floor = MazeStyle.Fill(MazeStyle.Floor))
        {
            canvas.DrawRect(place.Square, floor);
        }

        DrawWalls(canvas, place, maze);
        if (attention is not null)
        {
            DrawAttention(canvas, place, attention);
        }

        DrawTrueRoute(canvas, place, maze);
        if (!prediction.IsEmpty)
        {
            DrawPrediction(canvas, place, maze, prediction);
        }

        DrawEnd(canvas, place, maze.Start, MazeStyle.Start);
        DrawEnd(canvas, place, maze.Goal, MazeStyle.Goal);
    }

    private static void DrawWalls(SKCanvas canvas, Place place, Maze maze)
    {
        // One path without antialiasing, so that no seams show between neighbouring cells.
        using var path = new SKPath();
        for (var cell = 0; cell < maze.Walls.Length; cell++)
        {
            if (maze.Walls[cell])
            {
                path.AddRect(place.CellOf(cell));
            }
        }

        using var paint = MazeStyle.Fill(MazeStyle.Wall);
        paint.IsAntialias = false;
        canvas.DrawPath(path, paint);
    }

    private static void DrawAttention(SKCanvas canvas, Place place, MazeAttention attention)
    {
        var side = (int)MathF.Round(place.Square.Width);
        var weights = attention.Upsample(side);
        using var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = Array.ConvertAll(weights, MazeStyle.HeatOf);
        canvas.DrawBitmap(bitmap, place.Square);
    }

    private static void DrawTrueRoute(SKCanvas canvas, Place place, Maze maze)
    {
        var cells = new List<int> { maze.Start };
        foreach (var move in maze.Route)
        {
            cells.Add(cells[^1] + MazeMoves.Offset(move, maze.Size));
        }

        DrawCells(canvas, place, cells, MazeStyle.TrueRoute, place.Side * 0.62f);
    }

    private static void DrawPrediction(SKCanvas canvas, Place place, Maze maze, ReadOnlySpan<int> prediction)
    {
        var walk = MazeWalk.Follow(maze, prediction);
        var right = Math.Min(walk.CorrectSteps, walk.Cells.Count - 1);
        var width = Math.Max(1.5f, place.Side * 0.24f);
        var wrongCells = walk.Cells.Skip(right).ToArray();
        DrawCells(canvas, place, wrongCells, MazeStyle.Wrong, width);
        DrawCells(canvas, place, [.. walk.Cells.Take(right + 1)], MazeStyle.Right, width);
        if (walk.CorrectSteps == prediction.Length)
        {
            return;
        }

        if (walk.HitsWall)
        {
            DrawCollision(canvas, place, walk.Cells[^1], (MazeMove)prediction[walk.WallStep], width);
        }

        using var dot = MazeStyle.Fill(MazeStyle.Wrong);
        canvas.DrawCircle(place.CentreOf(wrongCells[^1]), width * 0.95f, dot);
    }

    // A short stub towards the wall, with a cross where the two meet.
    private static void DrawCollision(SKCanvas canvas, Place place, int cell, MazeMove move, float width)
    {
        var centre = place.CentreOf(cell);
        var half = place.Side * 0.5f;
        var edge = move switch
        {
            MazeMove.Up => new SKPoint(centre.X, centre.Y - half),
            MazeMove.Down => new SKPoint(centre.X, centre.Y + half),
            MazeMove.Left => new SKPoint(centre.X - half, centre.Y),
            MazeMove.Right => new SKPoint(centre.X + half, centre.Y),
            _ => centre,
        };
        using var stub = MazeStyle.Line(MazeStyle.Wrong, width);
        canvas.DrawLine(centre, edge, stub);
        var arm = place.Side * 0.26f;
        using var halo = MazeStyle.Line(MazeStyle.Paper, width * 1.5f);
        using var cross = MazeStyle.Line(MazeStyle.Wrong, width * 0.75f);
        foreach (var paint in (SKPaint[])[halo, cross])
        {
            canvas.DrawLine(edge.X - arm, edge.Y - arm, edge.X + arm, edge.Y + arm, paint);
            canvas.DrawLine(edge.X - arm, edge.Y + arm, edge.X + arm, edge.Y - arm, paint);
        }
    }

    private static void DrawCells(SKCanvas canvas, Place place, IReadOnlyList<int> cells, SKColor colour, float width)
    {
        if (cells.Count < 2)
        {
            return;
        }

        using var path = new SKPath();
        path.MoveTo(place.CentreOf(cells[0]));
        foreach (var cell in cells.Skip(1))
        {
            path.LineTo(place.CentreOf(cell));
        }

        using var line = MazeStyle.Line(colour, width);
        canvas.DrawPath(path, line);
    }

    private static void DrawEnd(SKCanvas canvas, Place place, int cell, SKColor colour)
    {
        using var rim = MazeStyle.Fill(MazeStyle.Paper);
        using var fill = MazeStyle.Fill(colour);
        canvas.DrawCircle(place.CentreOf(cell), place.Side * 0.48f, rim);
        canvas.DrawCircle(place.CentreOf(cell), place.Side * 0.4f, fill);
    }

    private readonly record struct Place(SKPoint Corner, float Side, int Size)
    {
        public SKRect Square => SKRect.Create(Corner.X, Corner.Y, Side * Size, Side * Size);

        public SKRect CellOf(int cell)
        {
            return SKRect.Create(Corner.X + (Side * (cell % Size)), Corner.Y + (Side * (cell / Size)), Side, Side);
        }

        public SKPoint CentreOf(int cell)
        {
            return new SKPoint(Corner.X + (Side * ((cell % Size) + 0.5f)), Corner.Y + (Side * ((cell / Size) + 0.5f)));
        }
    }
}
