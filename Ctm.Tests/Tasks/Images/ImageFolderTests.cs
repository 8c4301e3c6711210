using Ctm.Engine.Files.PyTorch;
using Ctm.Tasks.Images;
using Ctm.Tests.Engine.Files;
using SkiaSharp;

namespace Ctm.Tests.Tasks.Images;

/// <summary>Folders of labelled pictures: what is listed and read, and what is refused.</summary>
internal sealed class ImageFolderTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void Load_PngAndJpeg_NumbersClassesByNameAndReadsPictures()
    {
        Picture exact = ImageSamples.Random(5, 7, 3, 1), plain = ImageSamples.Plain(16, 8, 200, 100, 50);
        Write("train/b/2.png", ImageSamples.Encode(exact, SKEncodedImageFormat.Png));
        Write("train/b/1.JPEG", ImageSamples.Encode(plain, SKEncodedImageFormat.Jpeg));
        Write("train/a/x.png", ImageSamples.Encode(exact, SKEncodedImageFormat.Png));
        Write("train/a/notes.txt", [1, 2, 3]);
        Write("test/b/t.png", ImageSamples.Encode(exact, SKEncodedImageFormat.Png));
        ImageFolder train = ImageFolder.Load(folder.Path, train: true), test = ImageFolder.Load(folder.Path, train: false);
        Assert.That(train.ClassNames, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(Enumerable.Range(0, train.Count).Select(train.LabelOf), Is.EqualTo(new[] { 0, 1, 1 }));
        Assert.That(train.Read(2).Pixels, Is.EqualTo(exact.Pixels), "PNG is exact");
        Picture jpeg = train.Read(1);
        Assert.That((jpeg.Height, jpeg.Width, jpeg.Channels), Is.EqualTo((16, 8, 3)));
        Assert.That(jpeg.Pixels.Zip(plain.Pixels, (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(3));
        Assert.That((test.Count, test.LabelOf(0), test.ClassNames.Count), Is.EqualTo((1, 1, 2)), "classes are those of training");
    }

    [Test]
    public void Load_LayoutThatIsNone_IsOneClearLine()
    {
        AssertLoad(true, $"{folder.Path}: there is no folder train; pictures are expected as train/CLASS/*.png or *.jpg");
        Directory.CreateDirectory(folder["train"]);
        AssertLoad(true, $"{folder["train"]}: holds no class folders; pictures are expected as CLASS/*.png or *.jpg");
        Directory.CreateDirectory(Path.Combine(folder["train"], "a"));
        AssertLoad(true, $"{Path.Combine(folder["train"], "a")}: holds no PNG or JPEG pictures, and a class needs one or more");
        Write("train/a/1.png", ImageSamples.Encode(ImageSamples.Random(3, 3, 3, 1), SKEncodedImageFormat.Png));
        AssertLoad(false, $"{folder.Path}: there is no folder val or validation or test; pictures are expected as val/CLASS/*.png or *.jpg");
        Directory.CreateDirectory(Path.Combine(folder["val"], "z"));
        AssertLoad(false, $"{Path.Combine(folder["val"], "z")}: there is no such class below {folder["train"]}");
    }

    [TestCase("text", "not a PNG or JPEG picture")]
    [TestCase("empty", "not a PNG or JPEG picture")]
    [TestCase("gif", "not a PNG or JPEG picture")]
    [TestCase("cut png", "the picture is cut off or damaged")]
    [TestCase("cut jpeg", "the picture is cut off or damaged")]
    [TestCase("huge", "bytes tell of 60000 x 60000 pixels: the picture is damaged, or too large")]
    public void Read_NoPicture_NamesTheFile(string what, string message)
    {
        Picture picture = ImageSamples.Random(20, 20, 3, 4);
        byte[] png = ImageSamples.Encode(picture, SKEncodedImageFormat.Png), jpeg = ImageSamples.Encode(picture, SKEncodedImageFormat.Jpeg);
        byte[] contents = what switch
        {
            "text" => "not a picture"u8.ToArray(),
            "empty" => [],
            "gif" => Convert.FromBase64String("R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs="),
            "cut png" => png[..(png.Length / 2)],
            "cut jpeg" => jpeg[..(jpeg.Length / 2)],
            _ => Huge(png),
        };
        Write("train/a/odd.png", contents);
        ImageFolder images = ImageFolder.Load(folder.Path, train: true);
        Assert.That(
            () => images.Read(0),
            Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(Path.Combine(folder.Path, "train", "a", "odd.png"))
                .And.Message.Contains(message));
    }

    private static byte[] Huge(byte[] png)
    {
        // Width and height of the header, and its checksum anew.
        byte[] huge = (byte[])png.Clone();
        (huge[18], huge[19], huge[22], huge[23]) = (0xEA, 0x60, 0xEA, 0x60);
        uint sum = Crc32.Of(huge.AsSpan(12, 17));
        (huge[29], huge[30], huge[31], huge[32]) = ((byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum);
        return huge;
    }

    private void AssertLoad(bool train, string message) => Assert.That(
        () => ImageFolder.Load(folder.Path, train), Throws.Exception.With.Message.EqualTo(message).And.InstanceOf<SystemException>());

    private void Write(string name, byte[] contents)
    {
        string path = Path.Combine([folder.Path, .. name.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, contents);
    }
}
