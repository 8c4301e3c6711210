using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeImageTests
{
    [Test]
    public void Write_Hook_ColoursEveryCell([Values] MazeImageLayout layout, [Values] MazePixelRange range)
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        var image = Enumerable.Repeat(float.NaN, 75).ToArray();
        MazeImage.Write(maze, image, layout, range);
        var low = range == MazePixelRange.Unit ? 0f : -1f;
        var text = string.Concat(MazeSamples.Hook);
        for (var cell = 0; cell < 25; cell++)
        {
            float[] expected = text[cell] switch
            {
                '#' => [low, low, low],
                'S' => [1, low, low],
                'G' => [low, 1, low],
                _ => [1, 1, 1],
            };
            for (var colour = 0; colour < 3; colour++)
            {
                var at = layout == MazeImageLayout.Nhwc ? (cell * 3) + colour : (colour * 25) + cell;
                Assert.That(image[at], Is.EqualTo(expected[colour]), $"cell {cell}, colour {colour}");
            }
        }
    }

    [Test]
    public void Write_WrongLength_Throws()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        Assert.That(
            () => MazeImage.Write(maze, new float[74], MazeImageLayout.Nchw, MazePixelRange.Unit),
            Throws.ArgumentException.With.Message.EqualTo("the picture of a maze of size 5 has 75 floats, not 74"));
    }
}
