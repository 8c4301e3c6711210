using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <summary>Sums a matrix of pixels by channels over its pixels, a part of them in each row of the launch.</summary>
internal struct ChannelSums<TFloats> : IRowKernel<ChannelSums<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Pixels [Pixels, Channels]; Sums [parts, Channels].</summary>
    public TFloats Values, Sums;
    public int Pixels, Channels, PartPixels, ValuesLength;

    /// <summary>1 adds to the sums, 0 assigns.</summary>
    public int Accumulate;

    public static void Run<TLanes, TTeam>(ChannelSums<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int channels = body.Channels, from = row * body.PartPixels, to = from + body.PartPixels;
        to = to < body.Pixels ? to : body.Pixels;
        TFloats sums = body.Sums.Skip(row * channels);
        for (int c = team.Index * TLanes.Width; c < channels; c += team.Count * TLanes.Width)
        {
            TLanes sum = body.Accumulate != 0 ? sums.Load<TLanes>(c, channels) : TLanes.Broadcast(0f);
            int place = (from * channels) + c;
            for (int p = from; p < to; p++)
            {
                sum += body.Values.Load<TLanes>(place, body.ValuesLength);
                place += channels;
            }

            sums.Store(c, channels, sum);
        }
    }
}
