namespace Ctm.Tasks.Images;

/// <summary>One split of a labelled image data set, held in memory.</summary>
/// <param name="Height">Pixels down.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Pixels">Bytes, [count, height, width, channels].</param>
/// <param name="Labels">Classes, [count].</param>
public sealed record ImageSet(int Height, int Width, int Channels, int Classes, byte[] Pixels, byte[] Labels)
{
    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Bytes of one image.</summary>
    public int ImageLength => Height * Width * Channels;

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * ImageLength, ImageLength);
}
