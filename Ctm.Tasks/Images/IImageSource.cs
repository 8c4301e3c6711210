namespace Ctm.Tasks.Images;

/// <summary>One split of a labelled image data set.</summary>
public interface IImageSource
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Names of the classes, in the order of their numbers.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Whether an image costs so much to read that several are read at once.</summary>
    bool IsSlow { get; }

    /// <summary>The class of an image.</summary>
    int LabelOf(int index);

    /// <summary>An image; may be called by several threads.</summary>
    /// <exception cref="InvalidDataException">When its file is damaged; names it.</exception>
    Picture Read(int index);
}
