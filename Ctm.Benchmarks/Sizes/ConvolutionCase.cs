using Ctm.Kernels.Convolution;

namespace Ctm.Benchmarks.Sizes;

/// <summary>A convolution layer of a backbone, and a pooling of its input.</summary>
/// <param name="Name">Short name, shown in the tables.</param>
/// <param name="Shape">The convolution.</param>
public sealed record ConvolutionCase(string Name, ConvolutionShape Shape)
{
    /// <summary>The layers of the quick maze recipe's backbone, and a first-stage layer of the larger mazes' ResNets.</summary>
    public static IReadOnlyList<ConvolutionCase> All { get; } =
    [
        new("11x11x3-48", new ConvolutionShape(64, 11, 11, 3, 48, 3, 3) { Padding = 1 }),
        new("11x11x48-48/2", new ConvolutionShape(64, 11, 11, 48, 48, 3, 3) { Padding = 1, Stride = 2 }),
        new("6x6x48-48", new ConvolutionShape(64, 6, 6, 48, 48, 3, 3) { Padding = 1 }),
        new("10x10x64-64", new ConvolutionShape(64, 10, 10, 64, 64, 3, 3) { Padding = 1 }),
    ];

    /// <summary>A layer that is done at once.</summary>
    public static ConvolutionCase Smoke { get; } = new("smoke", new ConvolutionShape(2, 5, 5, 3, 4, 3, 3) { Padding = 1 });

    /// <summary>Max pooling over the input, as at the entry of a ResNet.</summary>
    public PoolingShape Pooling => new(Shape.Batch, Shape.Height, Shape.Width, Shape.InChannels, 3) { Stride = 2, Padding = 1 };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
