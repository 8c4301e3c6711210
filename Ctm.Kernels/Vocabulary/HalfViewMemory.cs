using Ctm.Kernels.Devices;
using ILGPU;

namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// Device memory whose elements are kept in half precision and are floats to those who read and write them: two in the place of a float.
/// Positions count halves.
/// </summary>
internal struct HalfViewMemory(ArrayView<short> view, int position) : IMemory<HalfViewMemory, float>
{
    private readonly int position = position;
    private ArrayView<short> view = view;

    /// <inheritdoc/>
    public float this[int index]
    {
        readonly get => HalfBits.ToSingle(view[position + index]);
        set => view[position + index] = (short)HalfBits.FromSingle(value);
    }

    /// <summary>The start of a view; a float of it holds two elements.</summary>
    public static HalfViewMemory Of(DeviceView<float> view) =>
        view.IsAbsent ? default : new HalfViewMemory(IlgpuBuffer<float>.WholeAs<short>(view), checked(2 * view.Offset));

    /// <inheritdoc/>
    public readonly HalfViewMemory Skip(int count) => new(view, position + count);

    /// <inheritdoc/>
    public readonly TLanes Load<TLanes>(int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (TLanes.Width == 1)
        {
            return TLanes.Broadcast(this[index]);
        }

        HalfQuad quad = view.Cast<HalfQuad>()[(int)((uint)(position + index) / 4u)];
        return TLanes.Of(
            HalfBits.ToSingle((quad.Low << 16) >> 16),
            HalfBits.ToSingle(quad.Low >> 16),
            HalfBits.ToSingle((quad.High << 16) >> 16),
            HalfBits.ToSingle(quad.High >> 16));
    }

    /// <inheritdoc/>
    public readonly void Store<TLanes>(int index, int end, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (TLanes.Width == 1)
        {
            var elements = view;
            elements[position + index] = (short)HalfBits.FromSingle(TLanes.Lane(value, 0));
        }
        else
        {
            var quads = view.Cast<HalfQuad>();
            quads[(int)((uint)(position + index) / 4u)] = new HalfQuad(
                Pair(TLanes.Lane(value, 0), TLanes.Lane(value, 1)), Pair(TLanes.Lane(value, 2), TLanes.Lane(value, 3)));
        }
    }

    /// <inheritdoc/>
    public readonly TLanes LoadStrided<TLanes>(int index, int stride, int end)
        where TLanes : unmanaged, ILanes<TLanes> => Load<TLanes>(index, end);

    private static int Pair(float low, float high) => HalfBits.FromSingle(low) | (HalfBits.FromSingle(high) << 16);

    /// <summary>Four halves, moved in one access of 8 bytes.</summary>
    private readonly struct HalfQuad(int low, int high)
    {
        public readonly int Low = low, High = high;
    }
}
