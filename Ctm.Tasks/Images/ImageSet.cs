namespace Ctm.Tasks.Images;

/// <summary>One split of a labelled image data set, held in memory.</summary>
/// <param name="Height">Pixels down.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="ClassNames">Names of the classes.</param>
/// <param name="Pixels">Bytes, [count, height, width, channels].</param>
/// <param name="Labels">Classes, [count].</param>
public sealed record ImageSet(int Height, int Width, int Channels, IReadOnlyList<string> ClassNames, byte[] Pixels, byte[] Labels)
    : IImageSource
{
    /// <inheritdoc/>
    public int Count => Labels.Length;

    /// <summary>Number of classes.</summary>
    public int Classes => ClassNames.Count;

    /// <inheritdoc/>
    public bool IsSlow => false;

    /// <summary>Bytes of one image.</summary>
    public int ImageLength => Height * Width * Channels;

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * ImageLength, ImageLength);

    /// <inheritdoc/>
    public int LabelOf(int index) => Labels[index];

    /// <inheritdoc/>
    public Picture Read(int index) => new(Height, Width, Channels, Image(index).ToArray());
}
