namespace Ctm.Tasks.Images;

/// <summary>Prepared pictures of one size with their classes.</summary>
/// <param name="Count">Number of pictures.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Inputs">Normalised values, [count, height, width, channels].</param>
/// <param name="Labels">Classes, [count].</param>
public sealed record ImageBatch(int Count, int Height, int Width, int Channels, float[] Inputs, int[] Labels);
