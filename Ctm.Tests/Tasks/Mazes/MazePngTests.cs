using System.Buffers.Binary;
using Ctm.Tasks.Mazes;
using NUnit.Framework;
using SkiaSharp;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazePngTests
{
    // Colours as letters: # black, . white, S red, G green, b blue, x grey.
    private static readonly string[] Good = ["#####", "#Sbb#", "###b#", "#Gbb#", "#####"];

    [Test]
    public void Decode_PictureDrawnElsewhere_RecoversWallsAndRoute()
    {
        var maze = MazePng.Decode(Draw(Good), "hook.png");
        Assert.That(MazeSamples.Text(maze), Is.EqualTo(string.Concat(MazeSamples.Hook)));
        Assert.That(MazeSamples.Targets(maze, 7), Is.EqualTo(new[] { 3, 3, 1, 1, 2, 2, 4 }));
    }

    [Test]
    public void Encode_Maze_IsAnRgbPictureWithTheCodedColours()
    {
        var png = MazePng.Encode(MazeSamples.Parse(MazeSamples.Hook));
        Assert.That(png[25], Is.EqualTo(2), "colour type RGB, without transparency or palette");
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), Is.EqualTo(5));
        using var bitmap = SKBitmap.Decode(png);
        for (var cell = 0; cell < 25; cell++)
        {
            Assert.That(bitmap.GetPixel(cell % 5, cell / 5), Is.EqualTo(ColourOf(string.Concat(Good)[cell])));
        }
    }

    [Test]
    public void Decode_EncodedMazes_AreTheSame([Values(5, 15, 39)] int size)
    {
        for (ulong i = 0; i < 20; i++)
        {
            var maze = MazeSamples.Draw(size, 5, i);
            var copy = MazePng.Decode(MazePng.Encode(maze), "maze.png");
            Assert.That(MazeSamples.Text(copy), Is.EqualTo(MazeSamples.Text(maze)));
            Assert.That(copy.Route.ToArray(), Is.EqualTo(maze.Route.ToArray()));
        }
    }

    [TestCase("#####|#bbb#|###b#|#Gbb#|#####", "no red pixel: a maze has one start")]
    [TestCase("#####|#Sbb#|###b#|#GbS#|#####", "more than one red pixel: a maze has one start")]
    [TestCase("#####|#Sbb#|###b#|#bbb#|#####", "no green pixel: a maze has one goal")]
    [TestCase("#####|#Sbb#|###b#|#GGb#|#####", "more than one green pixel: a maze has one goal")]
    [TestCase("#####|#Sbb#|###.#|#Gbb#|#####", "the blue path ends at pixel (3, 1), after 2 steps, and misses the green one")]
    [TestCase("#####|#S..#|###.#|#G..#|#####", "the blue path ends at pixel (1, 1), after 0 steps, and misses the green one")]
    [TestCase("#####|#Sbb#|#x#b#|#Gbb#|#####",
        "pixel (1, 2) has RGBA colour #808080FF: only black, white, red, green and blue are a maze's")]
    [TestCase("######|#SbG##|######|######|######|######", "maze size 6 is even: sizes are odd, 5 or more (try 7)")]
    [TestCase("###|SbG|###", "maze size 3 is too small: sizes are odd, 5 or more (try 5)")]
    [TestCase("#####|#SbG#|#####", "the picture is 5 x 3: a maze is square")]
    public void Decode_MalformedPicture_SaysWhatIsWrong(string picture, string fault)
    {
        var png = Draw(picture.Split('|'));
        Assert.That(
            () => MazePng.Decode(png, "m.png"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"m.png: {fault}"));
    }

    [Test]
    public void Decode_NotAPng_SaysSo()
    {
        using var bitmap = new SKBitmap(5, 5);
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        foreach (var bytes in new[] { jpeg.ToArray(), [], "hello"u8.ToArray() })
        {
            Assert.That(
                () => MazePng.Decode(bytes, "m.png"),
                Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("m.png: not a PNG picture"));
        }
    }

    [Test]
    public void Decode_CutOffAnywhereBeforeThePixelsEnd_SaysSo()
    {
        var png = MazePng.Encode(MazeSamples.Draw(39, 1, 0));
        for (var length = 8; length < png.Length - 24; length += 7)
        {
            Assert.That(
                () => MazePng.Decode(png[..length], "m.png"),
                Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("m.png: the PNG is cut off or damaged"), $"{length} bytes");
        }
    }

    internal static byte[] Draw(params string[] rows)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(rows[0].Length, rows.Length, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Pixels = [.. string.Concat(rows).Select(ColourOf)];
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static SKColor ColourOf(char cell)
    {
        return cell switch
        {
            '#' => new SKColor(0, 0, 0),
            '.' => new SKColor(255, 255, 255),
            'S' => new SKColor(255, 0, 0),
            'G' => new SKColor(0, 255, 0),
            'b' => new SKColor(0, 0, 255),
            _ => new SKColor(128, 128, 128),
        };
    }
}
