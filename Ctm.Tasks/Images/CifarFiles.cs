namespace Ctm.Tasks.Images;

/// <summary>
/// CIFAR-10 in its binary form: five training batches and a test batch of 10,000 records each, a label byte and 32 x 32 bytes of each of
/// red, green and blue (Krizhevsky, 2009).
/// </summary>
public static class CifarFiles
{
    private const int Side = 32, Plane = Side * Side, ClassCount = 10, Record = 1 + (3 * Plane);

    /// <summary>Name of the data set, and of the command that fetches it.</summary>
    public const string Name = "cifar10";

    /// <summary>The classes, in the order of their numbers.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    internal static IReadOnlyList<string> TrainFiles { get; } = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];

    internal static string TestFile => "test_batch.bin";

    /// <summary>Reads a split.</summary>
    /// <param name="folder">The folder with the six files.</param>
    /// <param name="train">The training images, or the test images.</param>
    /// <exception cref="DirectoryNotFoundException">When a file is missing; says how to get it.</exception>
    /// <exception cref="InvalidDataException">When a file is damaged; names it.</exception>
    public static ImageSet Load(string folder, bool train)
    {
        byte[][] files = [.. (train ? TrainFiles : [TestFile]).Select(name => Read(folder, name))];
        int count = files.Sum(f => f.Length / Record), at = 0;
        byte[] pixels = new byte[count * 3 * Plane], labels = new byte[count];
        foreach (byte[] file in files)
        {
            for (int record = 0; record < file.Length; record += Record, at++)
            {
                labels[at] = file[record];
                ToPixels(file.AsSpan(record + 1, 3 * Plane), pixels.AsSpan(at * 3 * Plane, 3 * Plane));
            }
        }

        return new ImageSet(Side, Side, 3, ClassNames, pixels, labels);
    }

    /// <summary>One file of images given pixel by pixel, [count, 32, 32, 3], and their labels.</summary>
    internal static byte[] Encode(ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> labels)
    {
        var file = new byte[labels.Length * Record];
        for (int i = 0; i < labels.Length; i++)
        {
            Span<byte> record = file.AsSpan(i * Record, Record);
            record[0] = labels[i];
            for (int p = 0; p < 3 * Plane; p++)
            {
                record[1 + (p % 3 * Plane) + (p / 3)] = pixels[(i * 3 * Plane) + p];
            }
        }

        return file;
    }

    private static void ToPixels(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        for (int p = 0; p < 3 * Plane; p++)
        {
            pixels[p] = planes[(p % 3 * Plane) + (p / 3)];
        }
    }

    private static byte[] Read(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw new DirectoryNotFoundException($"{path}: there is no such file; 'ctm data {Name} --out {folder}' fetches the images");
        }

        byte[] file = File.ReadAllBytes(path);
        bool whole = file.Length > 0 && file.Length % Record == 0;
        for (int record = 0; whole && record < file.Length; record += Record)
        {
            whole = file[record] < ClassCount;
        }

        return whole
            ? file
            : throw new InvalidDataException($"{path}: no whole number of records of {Record} bytes that begin with a label from 0 to 9");
    }
}
