using SkiaSharp;

namespace Ctm.Tasks.Mazes;

/// <summary>
/// The published picture of a solved maze: an RGB PNG with one pixel a cell; walls black, free cells white, start red, goal
/// green, the route between them blue.
/// </summary>
public static class MazePng
{
    // What deflate reaches at most.
    private const long LargestRatio = 1032;

    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a maze; a malformed picture is an <see cref="InvalidDataException"/> that names file and fault.</summary>
    public static Maze Read(string path)
    {
        return Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a maze from the bytes of a PNG; the name stands in error messages.</summary>
    public static Maze Decode(byte[] png, string name)
    {
        if (!png.AsSpan().StartsWith(Signature))
        {
            throw new InvalidDataException($"{name}: not a PNG picture");
        }

        using var data = SKData.CreateCopy(png);
        using var codec = SKCodec.Create(data)
            ?? throw new InvalidDataException($"{name}: the PNG is cut off or damaged");
        var problem = ShapeProblem(codec.Info.Width, codec.Info.Height) ?? LengthProblem(codec.Info, png.Length);
        if (problem is not null)
        {
            throw new InvalidDataException($"{name}: {problem}");
        }

        // No colour space: the pixels' numbers are codes here and must not be converted.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var pixels = new byte[info.BytesSize];
        SKCodecResult result;
        unsafe
        {
            fixed (byte* target = pixels)
            {
                result = codec.GetPixels(info, (nint)target);
            }
        }

        return result == SKCodecResult.Success
            ? MazePixels.ToMaze(info.Width, pixels, name)
            : throw new InvalidDataException($"{name}: the PNG is cut off or damaged");
    }

    /// <summary>The maze as the bytes of a PNG.</summary>
    public static byte[] Encode(Maze maze)
    {
        var pixels = MazePixels.FromMaze(maze);
        var info = new SKImageInfo(maze.Size, maze.Size, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var image = SKImage.FromPixelCopy(info, pixels);
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Writes the maze; the file appears whole or not at all.</summary>
    public static void Write(string path, Maze maze)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, Encode(maze));
        File.Move(temporary, path, overwrite: true);
    }

    // A pixel takes a bit or more before compression. Without this a header alone could ask for 400 MB.
    private static string? LengthProblem(SKImageInfo info, long bytes) =>
        (long)info.Width * info.Height > bytes * 8 * LargestRatio
            ? FormattableString.Invariant(
                $"{bytes} bytes are too few for {info.Width} x {info.Height} pixels: the PNG is cut off or damaged")
            : null;

    private static string? ShapeProblem(int width, int height)
    {
        return width != height
            ? FormattableString.Invariant($"the picture is {width} x {height}: a maze is square")
            : MazeSize.Problem(width);
    }
}
