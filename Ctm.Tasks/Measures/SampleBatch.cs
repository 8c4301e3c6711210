namespace Ctm.Tasks.Measures;

/// <summary>Samples of one size with their right classes.</summary>
/// <param name="Height">Rows of an input.</param>
/// <param name="Width">Columns of an input.</param>
/// <param name="Inputs">Values, [B, height, width, channels].</param>
/// <param name="Targets">Classes, [B, positions].</param>
public sealed record SampleBatch(int Height, int Width, float[] Inputs, int[] Targets);

/// <summary>Another form of the same samples, of the same size.</summary>
/// <param name="Inputs">Values, [B, height, width, channels].</param>
/// <param name="ClassOf">The class of a sample that a class of its form stands for, [classes].</param>
public sealed record SampleForm(float[] Inputs, int[] ClassOf);
