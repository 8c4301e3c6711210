using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>One tick for one tile: appends the pre-activation to the history, runs the body, writes z. A part is a tile.</summary>
internal struct NeuronLevelModelForward<TFloats, TTile, TForm> : IBlockKernel<NeuronLevelModelForward<TFloats, TTile, TForm>, TFloats>
    where TFloats : struct, IMemory<TFloats, float>
    where TTile : struct, ITileRows
    where TForm : struct, IModelForm
{
    public TFloats Parameters, History, Outer, Stage, PreActivation, Output;
    public NeuronLevelModelSizes Sizes;

    /// <summary>OuterTick of OuterTicks is where the GLU's input is kept.</summary>
    public int Tick, OuterTick, OuterTicks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TMemory, TLayout>(
        NeuronLevelModelForward<TFloats, TTile, TForm> body, TLayout layout, int block, int part)
        where TLanes : unmanaged, ILanes<TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout
    {
        int row = part * TTile.Count;
        if (TTile.Count == 1)
        {
            Tile<TLanes, Rows1<TLanes>, TMemory, TLayout>(body, layout, block, row);
        }
        else if (TTile.Count == 4)
        {
            Tile<TLanes, Rows4<TLanes>, TMemory, TLayout>(body, layout, block, row);
        }
        else if (body.Sizes.Batch - row > 4)
        {
            Tile<TLanes, Rows8<TLanes>, TMemory, TLayout>(body, layout, block, row);
        }
        else if (body.Sizes.Batch - row > 1)
        {
            Tile<TLanes, Rows4<TLanes>, TMemory, TLayout>(body, layout, block, row);
        }
        else
        {
            Tile<TLanes, Rows1<TLanes>, TMemory, TLayout>(body, layout, block, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLanes, TRows, TMemory, TLayout>(
        NeuronLevelModelForward<TFloats, TTile, TForm> body, TLayout layout, int block, int row)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : unmanaged, IRows<TRows, TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        NeuronLevelModelLoops loops = sizes.Loops(layout.Step);
        MatrixPlace place = sizes.Place(row, block * TLanes.Width);
        var parameters = sizes.Parameters<TLanes, TMemory, TFloats, TLayout>(body.Parameters, layout, block);
        var window = TMemory.Of(body.History).Skip(sizes.HistoryAt(layout, block, row, body.Tick + 1));
        var outer = TMemory.Of(body.Outer).Skip(sizes.OuterAt(layout, block, row, body.OuterTick, body.OuterTicks));
        TRows.LoadMatrix(body.PreActivation, place).Store(window.Skip((loops.Memory - 1) * loops.SlotStep), layout.Step);
        if (TForm.IsStaged)
        {
            int vectors = StagedModelBody.StageVectors(TTile.Count);
            var stage = TMemory.Of(body.Stage).Skip(layout.Start(block, vectors));
            StagedModelBody.Forward<TLanes, TRows, TMemory, TLayout>(parameters, window, outer, stage, layout, loops)
                .StoreMatrix(body.Output, place);
        }
        else if (TForm.IsDeep)
        {
            NeuronLevelModelBody.Forward<TLanes, TRows, TMemory, TLayout>(parameters, window, outer, layout, loops)
                .StoreMatrix(body.Output, place);
        }
        else
        {
            NeuronLevelModelBody.ForwardLinear<TLanes, TRows, TMemory, TLayout>(parameters, window, outer, layout, loops)
                .StoreMatrix(body.Output, place);
        }
    }
}
