namespace Ctm.Tasks.Images;

/// <summary>MNIST as its four IDX files: 60,000 training and 10,000 test digits of 28 x 28 pixels (LeCun, Cortes, Burges).</summary>
public static class MnistFiles
{
    private const int Side = 28, ClassCount = 10;

    private static readonly string[] ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>Name of the data set, and of the command that fetches it.</summary>
    public const string Name = "mnist";

    /// <summary>Reads a split.</summary>
    /// <param name="folder">The folder with the four files.</param>
    /// <param name="train">The training digits, or the test digits.</param>
    /// <exception cref="DirectoryNotFoundException">When a file is missing; says how to get it.</exception>
    /// <exception cref="InvalidDataException">When a file is damaged; names it.</exception>
    public static ImageSet Load(string folder, bool train)
    {
        string prefix = train ? "train" : "t10k";
        (int[] imageSizes, byte[] pixels) = Read(folder, prefix + "-images-idx3-ubyte");
        (int[] labelSizes, byte[] labels) = Read(folder, prefix + "-labels-idx1-ubyte");
        if (imageSizes is not [int count, Side, Side] || labelSizes is not [int labelled] || count != labelled)
        {
            throw new InvalidDataException($"{folder}: the {prefix} files are not as many labels as images of {Side} x {Side} pixels");
        }

        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(ClassCount - 1));
        return wrong < 0
            ? new ImageSet(Side, Side, 1, ClassNames, pixels, labels)
            : throw new InvalidDataException($"{folder}: label {wrong} of the {prefix} digits is {labels[wrong]}, it must be 0 to 9");
    }

    private static (int[] Sizes, byte[] Values) Read(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path)
            ? IdxFile.Read(path)
            : throw new DirectoryNotFoundException($"{path}: there is no such file; 'ctm data {Name} --out {folder}' fetches the digits");
    }
}
