namespace Ctm.Tasks.Measures;

/// <summary>Samples of one size with their right classes.</summary>
/// <param name="Height">Rows of an input.</param>
/// <param name="Width">Columns of an input.</param>
/// <param name="Inputs">Values, [B, height, width, channels].</param>
/// <param name="Targets">Classes, [B, positions].</param>
public sealed record SampleBatch(int Height, int Width, float[] Inputs, int[] Targets);
