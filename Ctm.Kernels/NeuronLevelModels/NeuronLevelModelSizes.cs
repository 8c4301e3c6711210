using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// Sizes and layouts as the kernels see them. Everything that the family keeps is an array of [count, neurons] in a
/// <see cref="INeuronLayout"/>; below, the order of the count's dimensions:
/// packed parameters: W1 [unit][m][value, gate], B1 [unit][value, gate], W2 [unit][value, gate], B2 [value, gate], regions in this order;
/// history: [row tile][slot][row]; kept GLU inputs: [tick][row tile][value, gate][row].
/// In the linear form there is one unit and no second layer.
/// </summary>
internal struct NeuronLevelModelSizes
{
    /// <summary>Padded is the neurons in whole blocks; Slots the history's length; TileRows the batch rows of a tile.</summary>
    public int Neurons, Padded, Memory, Hidden, Units, Batch, Slots, TileRows, Tiles;

    public readonly int PaddedBatch => Tiles * TileRows;

    public readonly int W1Count => 2 * Units * Memory;

    public readonly int B1Count => 2 * Units;

    public readonly int W2Count => 2 * Hidden;

    public readonly int B2Count => Hidden > 0 ? 2 : 0;

    public readonly int ParameterCount => W1Count + B1Count + W2Count + B2Count;

    /// <summary>One copy of the packed parameters.</summary>
    public readonly int ParameterFloats => ParameterCount * Padded;

    /// <summary>The vector of a sample's slot in the history or in its gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int HistoryAt<TLayout>(TLayout layout, int block, int row, int slot)
        where TLayout : struct, INeuronLayout
    {
        int tile = row / TileRows, rowOfTile = row - (tile * TileRows);
        return layout.Start(block, Slots * PaddedBatch) + (((((tile * Slots) + slot) * TileRows) + rowOfTile) * layout.Step);
    }

    /// <summary>The vector of a sample's GLU value; its gate is TileRows rows further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int OuterAt<TLayout>(TLayout layout, int block, int row, int tick, int ticks)
        where TLayout : struct, INeuronLayout
    {
        int tile = row / TileRows, rowOfTile = row - (tile * TileRows);
        return layout.Start(block, 2 * ticks * PaddedBatch)
            + (((((tick * Tiles) + tile) * 2 * TileRows) + rowOfTile) * layout.Step);
    }

    /// <summary>The place of a lane vector's neurons in a row-major [Batch, Neurons] matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly MatrixPlace Place(int row, int column) => new() { Row = row, Column = column, Rows = Batch, Width = Neurons };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly NeuronLevelModelLoops Loops(int step) => new() { Memory = Memory, Hidden = Hidden, SlotStep = TileRows * step };

    /// <summary>Cursors at a block's part of packed parameters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly PackedParameters<TMemory> Parameters<TLanes, TMemory, TFloats, TLayout>(TFloats packed, TLayout layout, int block)
        where TLanes : unmanaged, ILanes<TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TFloats : struct, IMemory<TFloats, float>
        where TLayout : struct, INeuronLayout
    {
        PackedParameters<TMemory> parameters = default;
        parameters.W1 = TMemory.Of(packed).Skip(layout.Start(block, W1Count));
        packed = packed.Skip(W1Count * Padded);
        parameters.B1 = TMemory.Of(packed).Skip(layout.Start(block, B1Count));
        packed = packed.Skip(B1Count * Padded);
        parameters.W2 = TMemory.Of(packed).Skip(layout.Start(block, W2Count));
        packed = packed.Skip(W2Count * Padded);
        parameters.B2 = TMemory.Of(packed).Skip(layout.Start(block, B2Count));
        return parameters;
    }
}
