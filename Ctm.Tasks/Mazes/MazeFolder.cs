namespace Ctm.Tasks.Mazes;

/// <summary>Names in the published layout: <c>SIZE/{train,test}/CLASS/*.png</c>.</summary>
internal static class MazeFolder
{
    /// <summary>The one class folder that an export makes: mazes have no classes, but the layout wants one.</summary>
    public const string OnlyClass = "0";

    public static string NameOf(MazeSplit split)
    {
        return split == MazeSplit.Train ? "train" : "test";
    }

    /// <summary>The pictures of one split, ordered by class and then by name, the same on every machine.</summary>
    public static string[] Pictures(string splitFolder)
    {
        var classes = Directory.GetDirectories(splitFolder);
        Array.Sort(classes, StringComparer.Ordinal);
        return [.. classes.SelectMany(PicturesOfClass)];
    }

    private static string[] PicturesOfClass(string folder)
    {
        var files = Array.FindAll(
            Directory.GetFiles(folder), file => file.EndsWith(".png", StringComparison.OrdinalIgnoreCase));
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
