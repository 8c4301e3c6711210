using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <summary>
/// Reorders weights [output channel, channel, tap] to [output channel, tap, channel], a row for each output channel and tap.
/// </summary>
internal struct WeightsToColumns<TFloats> : IRowKernel<WeightsToColumns<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Weights, Columns;
    public int Channels, Taps;

    public static void Run<TLanes, TTeam>(WeightsToColumns<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int output = row / body.Taps;
        TFloats weights = body.Weights.Skip((output * body.Channels * body.Taps) + row - (output * body.Taps));
        TFloats columns = body.Columns.Skip(row * body.Channels);
        for (int c = team.Index; c < body.Channels; c += team.Count)
        {
            columns[c] = weights[c * body.Taps];
        }
    }
}

/// <summary>Adds gradients in the order [output channel, tap, channel] to those in the order [output channel, channel, tap].</summary>
internal struct AddColumnsToWeights<TFloats> : IRowKernel<AddColumnsToWeights<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Columns, Weights;
    public int Channels, Taps;

    public static void Run<TLanes, TTeam>(AddColumnsToWeights<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int output = row / body.Taps;
        TFloats weights = body.Weights.Skip((output * body.Channels * body.Taps) + row - (output * body.Taps));
        TFloats columns = body.Columns.Skip(row * body.Channels);
        for (int c = team.Index; c < body.Channels; c += team.Count)
        {
            weights[c * body.Taps] += columns[c];
        }
    }
}
