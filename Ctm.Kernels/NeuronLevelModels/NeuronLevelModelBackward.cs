using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>Which slots of the window's gradient hold nothing yet when a tick's backward begins.</summary>
internal enum FreshSlots
{
    None,
    Oldest,
    All,
}

/// <summary>
/// One tick backward for a share of the tiles: reads z's gradient, runs the body, writes the pre-activation's gradient, which is
/// complete then. A part is a share of the tiles with a copy of the packed gradients of its own; the copies are summed in order at the end.
/// </summary>
internal struct NeuronLevelModelBackward<TFloats, TTile, TForm> : IBlockKernel<NeuronLevelModelBackward<TFloats, TTile, TForm>, TFloats>
    where TFloats : struct, IMemory<TFloats, float>
    where TTile : struct, ITileRows
    where TForm : struct, IModelForm
{
    public TFloats Parameters, ParameterGradients, History, HistoryGradient, Outer, Stage, OutputGradient, PreActivationGradient;
    public NeuronLevelModelSizes Sizes;
    public int Tick, OuterTick, OuterTicks, Parts;
    public FreshSlots Fresh;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TMemory, TLayout>(
        NeuronLevelModelBackward<TFloats, TTile, TForm> body, TLayout layout, int block, int part)
        where TLanes : unmanaged, ILanes<TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout
    {
        body.ParameterGradients = body.ParameterGradients.Skip(part * body.Sizes.ParameterFloats);
        int batch = body.Sizes.Batch, tiles = body.Sizes.Tiles;
        int end = Smaller(batch, (part + 1) * tiles / body.Parts * TTile.Count);
        int row = part * tiles / body.Parts * TTile.Count;
        while (row < end)
        {
            if (TTile.Count == 1)
            {
                Tile<TLanes, Rows1<TLanes>, TMemory, TLayout>(body, layout, block, row);
                row++;
            }
            else if (TTile.Count == 4 || end - row > 1)
            {
                Tile<TLanes, Rows4<TLanes>, TMemory, TLayout>(body, layout, block, row);
                row += 4;
            }
            else
            {
                Tile<TLanes, Rows1<TLanes>, TMemory, TLayout>(body, layout, block, row);
                row++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLanes, TRows, TMemory, TLayout>(
        NeuronLevelModelBackward<TFloats, TTile, TForm> body, TLayout layout, int block, int row)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        NeuronLevelModelLoops loops = sizes.Loops(layout.Step);
        MatrixPlace place = sizes.Place(row, block * TLanes.Width);
        var parameters = sizes.Parameters<TLanes, TMemory, TFloats, TLayout>(body.Parameters, layout, block);
        var gradients = sizes.Parameters<TLanes, TMemory, TFloats, TLayout>(body.ParameterGradients, layout, block);
        int at = sizes.HistoryAt(layout, block, row, body.Tick + 1);
        var window = TMemory.Of(body.History).Skip(at);
        var windowGradient = TMemory.Of(body.HistoryGradient).Skip(at);
        var outer = TMemory.Of(body.Outer).Skip(sizes.OuterAt(layout, block, row, body.OuterTick, body.OuterTicks));
        int fresh = body.Fresh == FreshSlots.All ? loops.Memory : (int)body.Fresh;
        TMemory slot = windowGradient;
        for (int m = 0; m < fresh; m++)
        {
            TRows.Broadcast(TLanes.Broadcast(0f)).Store(slot, layout.Step);
            slot = slot.Skip(loops.SlotStep);
        }

        var outputGradient = TRows.LoadMatrix(body.OutputGradient, place);
        if (TForm.IsStaged)
        {
            int vectors = StagedModelBody.StageVectors(TTile.Count);
            var stage = TMemory.Of(body.Stage).Skip(layout.Start(block, vectors));
            StagedModelBody.Backward<TLanes, TRows, TMemory, TLayout>(
                parameters, gradients, window, windowGradient, outer, stage, outputGradient, layout, loops);
        }
        else if (TForm.IsDeep)
        {
            NeuronLevelModelBody.Backward<TLanes, TRows, TMemory, TLayout>(
                parameters, gradients, window, windowGradient, outer, outputGradient, layout, loops);
        }
        else
        {
            NeuronLevelModelBody.BackwardLinear<TLanes, TRows, TMemory, TLayout>(
                parameters, gradients, window, windowGradient, outer, outputGradient, layout, loops);
        }

        TRows.Load(windowGradient.Skip((loops.Memory - 1) * loops.SlotStep), layout.Step).StoreMatrix(body.PreActivationGradient, place);
    }

    private static int Smaller(int a, int b) => a < b ? a : b;
}
