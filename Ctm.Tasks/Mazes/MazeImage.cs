using System.Globalization;

namespace Ctm.Tasks.Mazes;

/// <summary>The order of an image's axes: height, width, colour or colour, height, width.</summary>
public enum MazeImageLayout
{
    Nchw = 0,
    Nhwc = 1,
}

/// <summary>The numbers that stand for black and white. The published checkpoints take Unit, new models Symmetric.</summary>
public enum MazePixelRange
{
    /// <summary>-1 to 1.</summary>
    Symmetric = 0,

    /// <summary>0 to 1.</summary>
    Unit = 1,
}

/// <summary>A maze as the RGB picture that a model sees: black walls, white free cells, red start, green goal, no route.</summary>
public static class MazeImage
{
    public const int Channels = 3;

    /// <summary>Floats of one picture.</summary>
    public static int Length(int size)
    {
        return Channels * size * size;
    }

    /// <summary>Writes one picture of exactly <see cref="Length"/> floats.</summary>
    public static void Write(Maze maze, Span<float> image, MazeImageLayout layout, MazePixelRange range)
    {
        if (image.Length != Length(maze.Size))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"the picture of a maze of size {maze.Size} has {Length(maze.Size)} floats, not {image.Length}"));
        }

        var low = range == MazePixelRange.Symmetric ? -1f : 0f;
        var walls = maze.Walls;
        if (layout == MazeImageLayout.Nhwc)
        {
            for (var i = 0; i < walls.Length; i++)
            {
                image.Slice(Channels * i, Channels).Fill(walls[i] ? low : 1f);
            }

            WriteEnds(maze, image, Channels, 1, low);
        }
        else
        {
            var red = image[..walls.Length];
            for (var i = 0; i < red.Length; i++)
            {
                red[i] = walls[i] ? low : 1f;
            }

            red.CopyTo(image.Slice(walls.Length, walls.Length));
            red.CopyTo(image[(2 * walls.Length)..]);
            WriteEnds(maze, image, 1, walls.Length, low);
        }
    }

    private static void WriteEnds(Maze maze, Span<float> image, int cellStride, int colourStride, float low)
    {
        var start = maze.Start * cellStride;
        image[start + colourStride] = low;
        image[start + (2 * colourStride)] = low;
        var goal = maze.Goal * cellStride;
        image[goal] = low;
        image[goal + (2 * colourStride)] = low;
    }
}
