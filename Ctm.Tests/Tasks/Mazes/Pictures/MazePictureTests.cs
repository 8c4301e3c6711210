using Ctm.Tasks.Mazes;
using Ctm.Tasks.Mazes.Pictures;
using NUnit.Framework;
using SkiaSharp;

namespace Ctm.Tests.Tasks.Mazes.Pictures;

public sealed class MazePictureTests
{
    private const int Cell = 20;

    [Test]
    public void Draw_RightPrediction_PaintsTheWholeRouteAsRight()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        using var picture = Bitmap(MazePicture.Draw(maze, [3, 3, 1, 1, 2, 2, 4], cellSide: Cell));
        Assert.That(At(picture, 1, 2), Is.EqualTo(MazeStyle.Right));
        Assert.That(At(picture, 2, 3), Is.EqualTo(MazeStyle.Right));
        Assert.That(At(picture, 1, 1), Is.EqualTo(MazeStyle.Start));
        Assert.That(At(picture, 3, 1), Is.EqualTo(MazeStyle.Goal));
        Assert.That(At(picture, 0, 0), Is.EqualTo(MazeStyle.Wall));
        Assert.That(Count(picture, MazeStyle.Wrong, 100), Is.Zero);
    }

    [Test]
    public void Draw_WrongPrediction_PaintsWhatFollowsTheErrorAsWrong()
    {
        var maze = MazeSamples.Parse("#######", "#S....#", "###.###", "#...#.#", "#.###.#", "#G....#", "#######");
        var prediction = MazeSamples.Targets(maze, maze.RouteLength);
        Assert.That(prediction[..3], Is.EqualTo(new[] { 3, 3, 1 }));
        prediction[2] = 3;
        prediction[3] = 3;
        using var picture = Bitmap(MazePicture.Draw(maze, prediction.AsSpan(0, 4), cellSide: Cell));
        Assert.That(At(picture, 1, 2, 7), Is.EqualTo(MazeStyle.Right));
        Assert.That(At(picture, 1, 4, 7), Is.EqualTo(MazeStyle.Wrong));
        Assert.That(At(picture, 3, 2, 7), Is.EqualTo(MazeStyle.TrueRoute), "the true route shows where it was not walked");
    }

    [Test]
    public void Draw_IntoAWall_MarksTheCollision()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        using var picture = Bitmap(MazePicture.Draw(maze, [3, 0, 0], cellSide: Cell));
        Assert.That(At(picture, 1, 2, vertical: -1), Is.EqualTo(MazeStyle.Wrong), "the cross lies on the wall's edge");
    }

    [Test]
    public void Draw_Attention_IsStrongestWhereTheWeightIs()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        var attention = new MazeAttention(5, 5, [.. Enumerable.Range(0, 25).Select(i => i == 24 ? 0.5f : 0f)]);
        using var plain = Bitmap(MazePicture.Draw(maze, [], cellSide: Cell));
        using var heated = Bitmap(MazePicture.Draw(maze, [], attention, cellSide: Cell));
        Assert.That(At(heated, 4, 4).Red, Is.GreaterThan(At(plain, 4, 4).Red + 50));
        Assert.That(At(heated, 0, 0), Is.EqualTo(At(plain, 0, 0)));
    }

    [Test]
    public void Draw_TitleAndStrip_MakeRoomForThem()
    {
        var maze = MazeSamples.Draw(15, 1, 0);
        using var plain = MazePicture.Draw(maze, [], cellSide: 8);
        using var titled = MazePicture.Draw(maze, [], title: "Maze 0, solved after 12 ticks, and a title too long for it", cellSide: 8);
        Assert.That(titled.Height, Is.GreaterThan(plain.Height));
        Assert.That(titled.Width, Is.EqualTo(plain.Width));
        var ticks = Enumerable.Range(1, 5).Select(t => new MazeTick(t, t / 5f, MazeSamples.Targets(maze, 50))).ToArray();
        using var row = MazePictureStrip.Draw(maze, ticks, "Ticks", 8, columns: 5);
        using var rows = MazePictureStrip.Draw(maze, ticks, "Ticks", 8, columns: 3);
        Assert.That(row.Width, Is.GreaterThan(5 * 15 * 8));
        Assert.That(rows.Width, Is.LessThan(row.Width));
        Assert.That(rows.Height, Is.GreaterThan(row.Height + (15 * 8)));
    }

    [Test]
    public void Draw_StripCertainty_IsTheBarsShare()
    {
        var maze = MazeSamples.Draw(15, 1, 0);
        using var sure = Bitmap(MazePictureStrip.Draw(maze, [new MazeTick(1, 1f, [])], cellSide: 10));
        using var unsure = Bitmap(MazePictureStrip.Draw(maze, [new MazeTick(1, 0.25f, [])], cellSide: 10));
        using var unknown = Bitmap(MazePictureStrip.Draw(maze, [new MazeTick(1, float.NaN, [])], cellSide: 10));
        var y = (int)MazeStyle.Margin + 18;
        Assert.That(Enumerable.Range(0, sure.Width).Count(x => sure.GetPixel(x, y) == MazeStyle.QuietInk), Is.InRange(146, 150));
        Assert.That(Enumerable.Range(0, unsure.Width).Count(x => unsure.GetPixel(x, y) == MazeStyle.QuietInk), Is.InRange(34, 38));
        Assert.That(Enumerable.Range(0, unknown.Width).Count(x => unknown.GetPixel(x, y) == MazeStyle.QuietInk), Is.Zero);
    }

    [Test]
    public void Upsample_Grid_KeepsCentresAndLargestIsOne()
    {
        var fine = new MazeAttention(2, 3, [0f, 1f, 2f, 4f, 3f, 0f]).Upsample(30);
        Assert.That(fine, Is.All.InRange(0f, 1f));
        Assert.That(fine[(7 * 30) + 5], Is.EqualTo(0f).Within(0.06f));
        Assert.That(fine[(22 * 30) + 5], Is.EqualTo(1f).Within(0.06f));
        Assert.That(fine[(22 * 30) + 15], Is.EqualTo(0.75f).Within(0.06f));
        Assert.That(fine[(7 * 30) + 25], Is.EqualTo(0.5f).Within(0.06f));
        Assert.That(new MazeAttention(2, 2, [0f, float.NaN, 0f, 0f]).Upsample(8), Is.All.Zero);
    }

    [Test]
    public void MazeAttention_WrongLength_Throws()
    {
        Assert.That(
            () => new MazeAttention(2, 3, new float[5]),
            Throws.ArgumentException.With.Message.Contains("an attention map of 2 x 3 has 6 weights, not 5"));
    }

    [Test]
    public void Save_Picture_WritesAWholePng()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ctm-maze-{Guid.NewGuid():N}.png");
        try
        {
            using var picture = MazePicture.Draw(MazeSamples.Draw(11, 1, 0), []);
            MazePicture.Save(path, picture);
            using var read = SKBitmap.Decode(path);
            Assert.That((read.Width, read.Height), Is.EqualTo((picture.Width, picture.Height)));
            Assert.That(File.Exists(path + ".tmp"), Is.False);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static SKBitmap Bitmap(SKImage image)
    {
        using (image)
        {
            return SKBitmap.FromImage(image);
        }
    }

    // The middle of a cell, or its upper edge (vertical -1), in an untitled picture of a maze of that size.
    private static SKColor At(SKBitmap picture, int row, int column, int size = 5, int vertical = 0)
    {
        var left = (picture.Width - (size * Cell)) / 2;
        return picture.GetPixel(
            left + (column * Cell) + (Cell / 2), (int)MazeStyle.Margin + (row * Cell) + (Cell / 2) + (vertical * Cell / 2));
    }

    private static int Count(SKBitmap picture, SKColor colour, int rows)
    {
        return picture.Pixels.Take(rows * picture.Width).Count(pixel => pixel == colour);
    }
}
