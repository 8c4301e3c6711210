using Ctm.Kernels.Convolution;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The tile of C that a group computes, 8 x 8 values a thread: a type, so that loops over it have constant bounds. Steps of k are in
/// shared memory <see cref="SharedTile{TTile}.Depth"/> at a time; with it a thread brings two vectors of each operand.
/// </summary>
internal interface ITileForm
{
    /// <summary>Rows and columns of the tile.</summary>
    static abstract int Side { get; }

    /// <summary>Teams of threads that compute the whole tile, each from its own share of every few steps, and add up at the end.</summary>
    static abstract int Slices { get; }
}

/// <summary>64 threads for 64 x 64: for short sums, and for devices with small groups.</summary>
internal readonly struct SmallTile : ITileForm
{
    public static int Side => MatrixTile.SmallSide;

    public static int Slices => 1;
}

/// <summary>256 threads for 128 x 128: half as many loads for a product.</summary>
internal readonly struct LargeTile : ITileForm
{
    public static int Side => MatrixTile.LargeSide;

    public static int Slices => 1;
}

/// <summary>256 threads for 32 x 32 in 16 slices: few rows of C and long sums, in one launch.</summary>
internal readonly struct SlicedTile : ITileForm
{
    public static int Side => MatrixTile.SlicedSide;

    public static int Slices => MatrixTile.SlicedSlices;
}

/// <summary>256 threads for 16 x 16 in 64 slices: the same for few columns.</summary>
internal readonly struct NarrowTile : ITileForm
{
    public static int Side => MatrixTile.NarrowSide;

    public static int Slices => MatrixTile.NarrowSlices;
}

/// <summary>Where an operand's elements are.</summary>
internal interface IOperandOrder
{
    /// <summary>True where neighbours in memory are neighbours in k, false where they are neighbouring rows of A or columns of B.</summary>
    static abstract bool IsAlongSteps { get; }

    /// <summary>True where every element is stored, false where <see cref="At"/> may be negative.</summary>
    static abstract bool IsStored { get; }

    /// <summary>The index of an element; negative for one that is 0 and stored nowhere.</summary>
    static abstract int At(OperandShape shape, int place, int step);
}

/// <summary>What an order computes places from: the distance between stored rows, and for convolutions the window and channels.</summary>
internal struct OperandShape
{
    public int Leading;

    /// <summary>Channels of a group on the side that is read, those of its other side, and floats from a pixel to the next.</summary>
    public int Channels, OtherChannels, PixelStride;

    public SlidingWindow Window;
}

/// <summary>[m, k] for A, [n, k] for B.</summary>
internal readonly struct AlongSteps : IOperandOrder
{
    public static bool IsAlongSteps => true;

    public static bool IsStored => true;

    public static int At(OperandShape shape, int place, int step) => (place * shape.Leading) + step;
}

/// <summary>[k, m] for A, [k, n] for B.</summary>
internal readonly struct AcrossSteps : IOperandOrder
{
    public static bool IsAlongSteps => false;

    public static bool IsStored => true;

    public static int At(OperandShape shape, int place, int step) => (step * shape.Leading) + place;
}
