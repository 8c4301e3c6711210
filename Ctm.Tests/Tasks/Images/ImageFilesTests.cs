using Ctm.Tasks.Images;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Tasks.Images;

/// <summary>The files of MNIST and CIFAR-10: what is read, and what is refused.</summary>
internal sealed class ImageFilesTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void Mnist_TwoDigits_AreRead()
    {
        byte[] pixels = Bytes(2 * 28 * 28, 1);
        Write("train-images-idx3-ubyte", ImageSamples.Idx([2, 28, 28], pixels));
        Write("train-labels-idx1-ubyte", ImageSamples.Idx([2], [9, 0]));
        ImageSet set = MnistFiles.Load(folder.Path, train: true);
        Assert.That((set.Count, set.Height, set.Width, set.Channels, set.Classes), Is.EqualTo((2, 28, 28, 1, 10)));
        Assert.That(set.Image(1).ToArray(), Is.EqualTo(pixels[(28 * 28)..]));
        Assert.That(set.Labels, Is.EqualTo(new byte[] { 9, 0 }));
    }

    [Test]
    public void Mnist_FileMissing_SaysHowToGetIt() => Assert.That(
        () => MnistFiles.Load(folder.Path, train: false),
        Throws.TypeOf<DirectoryNotFoundException>().With.Message.EqualTo(
            $"{folder["t10k-images-idx3-ubyte"]}: there is no such file; 'ctm data mnist --out {folder.Path}' fetches the digits"));

    [TestCase("label 10", "label 1 of the train digits is 10, it must be 0 to 9")]
    [TestCase("fewer labels", "not as many labels as images")]
    [TestCase("cut", "the header tells 1568 values, the file has 1567: it is cut off or damaged")]
    [TestCase("type", "not an IDX file of unsigned bytes")]
    [TestCase("negative", "cut off or damaged")]
    [TestCase("header", "cut off or damaged")]
    [TestCase("empty", "not an IDX file of unsigned bytes")]
    public void Mnist_Damaged_IsRefused(string damage, string message)
    {
        byte[] images = ImageSamples.Idx([2, 28, 28], Bytes(2 * 28 * 28, 1)), labels = ImageSamples.Idx([2], [3, 4]);
        images = damage switch
        {
            "cut" => images[..^1],
            "type" => [.. images[..2], 9, .. images[3..]],
            "negative" => [.. images[..4], 0xFF, .. images[5..]],
            "header" => images[..7],
            "empty" => [],
            _ => images,
        };
        labels = damage switch
        {
            "label 10" => ImageSamples.Idx([2], [3, 10]),
            "fewer labels" => ImageSamples.Idx([1], [3]),
            _ => labels,
        };
        Write("train-images-idx3-ubyte", images);
        Write("train-labels-idx1-ubyte", labels);
        Assert.That(() => MnistFiles.Load(folder.Path, train: true), Throws.TypeOf<InvalidDataException>().With.Message.Contains(message));
    }

    [Test]
    public void Cifar_EncodedBatches_ReadBackPixelByPixel()
    {
        byte[] pixels = Bytes(3 * 32 * 32 * 3, 2), labels = [1, 0, 9];
        foreach (int batch in Enumerable.Range(1, 5))
        {
            Write($"data_batch_{batch}.bin", CifarFiles.Encode(pixels, labels));
        }

        ImageSet set = CifarFiles.Load(folder.Path, train: true);
        Assert.That((set.Count, set.ImageLength, set.Channels), Is.EqualTo((15, 3072, 3)));
        Assert.That(set.Labels[12..], Is.EqualTo(labels));
        Assert.That(set.Image(13).ToArray(), Is.EqualTo(pixels[3072..6144]));

        // The file has planes: the second byte of a record is red of the first pixel, the 1025th green.
        byte[] file = CifarFiles.Encode(pixels, labels);
        Assert.That((file[0], file[1], file[1025], file[2049]), Is.EqualTo((labels[0], pixels[0], pixels[1], pixels[2])));
    }

    [Test]
    public void Cifar_WrongLabelOrLength_IsRefused()
    {
        byte[] file = CifarFiles.Encode(Bytes(3072, 3), [7]);
        Write("test_batch.bin", file[..^1]);
        Assert.That(() => CifarFiles.Load(folder.Path, train: false), Throws.TypeOf<InvalidDataException>().With.Message.Contains("records of 3073 bytes"));
        file[0] = 10;
        Write("test_batch.bin", file);
        Assert.That(() => CifarFiles.Load(folder.Path, train: false), Throws.TypeOf<InvalidDataException>());
        Assert.That(
            () => CifarFiles.Load(folder.Path, train: true),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("'ctm data cifar10 --out "));
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private void Write(string name, byte[] contents) => File.WriteAllBytes(folder[name], contents);
}
