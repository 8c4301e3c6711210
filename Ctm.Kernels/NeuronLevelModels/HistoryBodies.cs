using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// Fills M slots from FirstSlot on from windows [Neurons, M] that all samples share (SampleStep 0) or [Batch, Neurons, M].
/// A part is a tile. Rows beyond the batch take the last sample's: their values must be finite, since they meet gradients of 0.
/// </summary>
internal struct FillHistory<TFloats, TStored> : IBlockKernel<FillHistory<TFloats, TStored>, TFloats>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    public TStored History;
    public TFloats Windows;
    public NeuronLevelModelSizes Sizes;
    public int FirstSlot, SampleStep;

    public static void Run<TLanes, TMemory, TLayout>(FillHistory<TFloats, TStored> body, TLayout layout, int block, int part)
        where TLanes : unmanaged, ILanes<TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        int row = part * sizes.TileRows, neuron = block * TLanes.Width;
        for (int m = 0; m < sizes.Memory; m++)
        {
            int first = sizes.HistoryAt(layout, block, row, body.FirstSlot + m);
            for (int r = 0; r < sizes.TileRows; r++)
            {
                int at = first + (r * layout.Step);
                int sample = row + r < sizes.Batch ? row + r : sizes.Batch - 1;
                int from = (sample * body.SampleStep) + (neuron * sizes.Memory) + m;
                for (int lane = 0; lane < TLanes.Width; lane++, from += sizes.Memory)
                {
                    body.History[(at * TLanes.Width) + lane] = neuron + lane < sizes.Neurons ? body.Windows[from] : 0f;
                }
            }
        }
    }
}

/// <summary>Writes M slots from FirstSlot on to windows [Batch, Neurons, M]; slots before Known count as 0. A part is a tile.</summary>
internal struct ReadHistory<TFloats, TStored> : IBlockKernel<ReadHistory<TFloats, TStored>, TFloats>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    public TStored History;
    public TFloats Windows;
    public NeuronLevelModelSizes Sizes;
    public int FirstSlot, Known;

    public static void Run<TLanes, TMemory, TLayout>(ReadHistory<TFloats, TStored> body, TLayout layout, int block, int part)
        where TLanes : unmanaged, ILanes<TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        int row = part * sizes.TileRows, neuron = block * TLanes.Width;
        for (int m = 0; m < sizes.Memory; m++)
        {
            int first = sizes.HistoryAt(layout, block, row, body.FirstSlot + m);
            for (int r = 0; r < sizes.TileRows && row + r < sizes.Batch; r++)
            {
                int at = first + (r * layout.Step);
                int to = ((((row + r) * sizes.Neurons) + neuron) * sizes.Memory) + m;
                for (int lane = 0; lane < TLanes.Width && neuron + lane < sizes.Neurons; lane++, to += sizes.Memory)
                {
                    body.Windows[to] = body.FirstSlot + m < body.Known ? 0f : body.History[(at * TLanes.Width) + lane];
                }
            }
        }
    }
}

/// <summary>
/// Adds the gradients of the first slots, summed over the batch in order, to the start trace's [Neurons, M].
/// Part p is slot p + 1: no window holds slot 0. The sums overwrite the slot's first row.
/// </summary>
internal struct StartTraceGradient<TFloats> : IBlockKernel<StartTraceGradient<TFloats>, TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats HistoryGradient, Gradient;
    public NeuronLevelModelSizes Sizes;

    public static void Run<TLanes, TMemory, TLayout>(StartTraceGradient<TFloats> body, TLayout layout, int block, int part)
        where TLanes : unmanaged, ILanes<TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        TMemory gradients = TMemory.Of(body.HistoryGradient);
        int slot = part + 1, neuron = block * TLanes.Width;
        var sum = TLanes.Broadcast(0f);
        for (int row = 0; row < sizes.Batch; row++)
        {
            sum += gradients[sizes.HistoryAt(layout, block, row, slot)];
        }

        int at = sizes.HistoryAt(layout, block, 0, slot);
        gradients[at] = sum;
        for (int lane = 0; lane < TLanes.Width && neuron + lane < sizes.Neurons; lane++)
        {
            body.Gradient[((neuron + lane) * sizes.Memory) + slot] += body.HistoryGradient[(at * TLanes.Width) + lane];
        }
    }
}
