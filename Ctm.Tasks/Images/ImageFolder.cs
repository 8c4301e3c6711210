namespace Ctm.Tasks.Images;

/// <summary>
/// A folder of labelled pictures in the usual layout (ImageNet's): <c>train/CLASS/*.png|*.jpg|*.jpeg</c>, and the same below <c>val</c>,
/// <c>validation</c> or <c>test</c>. Classes are numbered in the order of their names. Pictures are read when they are asked for.
/// </summary>
public sealed class ImageFolder : IImageSource
{
    /// <summary>Name of the task of such folders.</summary>
    public const string Name = "images";

    private const string TrainFolder = "train";
    private static readonly string[] TestFolders = ["val", "validation", "test"];
    private readonly string[] files;
    private readonly int[] labels;

    private ImageFolder(IReadOnlyList<string> classNames, string[] files, int[] labels)
    {
        ClassNames = classNames;
        this.files = files;
        this.labels = labels;
    }

    /// <inheritdoc/>
    public int Count => files.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public bool IsSlow => true;

    /// <summary>Lists the pictures of a split; none is opened.</summary>
    /// <param name="folder">The folder with the splits.</param>
    /// <param name="train">The training pictures, or those to test with.</param>
    /// <exception cref="DirectoryNotFoundException">When there is no such split; says what is expected.</exception>
    /// <exception cref="InvalidDataException">When there is no class, a class has no pictures, or the splits have other classes.</exception>
    public static ImageFolder Load(string folder, bool train)
    {
        string[] expected = Classes(Split(folder, train: true));
        string split = Split(folder, train);
        string[] classes = train ? expected : Classes(split);
        if (Array.Find(classes, name => !expected.Contains(name)) is { } unknown)
        {
            throw new InvalidDataException($"{Path.Combine(split, unknown)}: there is no such class below {Split(folder, train: true)}");
        }

        var files = new List<string>();
        var labels = new List<int>();
        foreach (string name in classes)
        {
            string[] pictures = Pictures(Path.Combine(split, name));
            files.AddRange(pictures);
            labels.AddRange(Enumerable.Repeat(Array.IndexOf(expected, name), pictures.Length));
        }

        return new ImageFolder(expected, [.. files], [.. labels]);
    }

    /// <inheritdoc/>
    public int LabelOf(int index) => labels[index];

    /// <inheritdoc/>
    public Picture Read(int index) => PictureFile.Read(files[index]);

    private static string Split(string folder, bool train)
    {
        string[] names = train ? [TrainFolder] : TestFolders;
        string[] found = [.. names.Select(name => Path.Combine(folder, name)).Where(Directory.Exists)];
        return found.Length > 0
            ? found[0]
            : throw new DirectoryNotFoundException(
                $"{folder}: there is no folder {string.Join(" or ", names)}; pictures are expected as {names[0]}/CLASS/*.png or *.jpg");
    }

    private static string[] Classes(string split)
    {
        string[] names = [.. Directory.GetDirectories(split).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        return names.Length > 0
            ? names
            : throw new InvalidDataException($"{split}: holds no class folders; pictures are expected as CLASS/*.png or *.jpg");
    }

    private static string[] Pictures(string folder)
    {
        string[] files =
        [
            .. Directory.GetFiles(folder)
                .Where(file => PictureFile.Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0
            ? files
            : throw new InvalidDataException($"{folder}: holds no PNG or JPEG pictures, and a class needs one or more");
    }
}
