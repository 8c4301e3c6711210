namespace Ctm.Tasks.Images;

/// <summary>The data sets of the tasks with labelled pictures.</summary>
internal static class ImageSources
{
    /// <summary>Opens one split.</summary>
    /// <param name="task">The task.</param>
    /// <param name="folder">The folder of its data.</param>
    /// <param name="train">The pictures to train with, or those to test with.</param>
    /// <exception cref="DirectoryNotFoundException">When the data are not there; says how to get them.</exception>
    /// <exception cref="InvalidDataException">When they are damaged.</exception>
    public static IImageSource Open(string task, string folder, bool train) => task switch
    {
        MnistFiles.Name => MnistFiles.Load(folder, train),
        CifarFiles.Name => CifarFiles.Load(folder, train),
        _ => ImageFolder.Load(folder, train),
    };
}
