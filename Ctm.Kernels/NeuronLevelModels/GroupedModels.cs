using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// What the kernels for devices share. A group has 32 neurons, neighbours in memory, and up to eight workers for each; a worker takes four
/// batch rows of its neuron, and works on four hidden units at a time: 4 rows x 4 units x (value, gate) in registers, with units as
/// lanes. Workers of a group share weights or windows, which the first-level cache then holds.
/// </summary>
internal static class GroupedModels
{
    /// <summary>Neurons of a group.</summary>
    public const int Neurons = 32;

    /// <summary>Workers of a neuron in a group, at most.</summary>
    public const int Workers = 8;

    /// <summary>Hidden units at a time.</summary>
    public const int Units = 4;

    /// <summary>Batch rows of a worker, as the history is tiled.</summary>
    public const int Rows = 4;

    /// <summary>Slots of the window that a worker has where gradients of slots are formed.</summary>
    public const int Slots = 4;

    /// <summary>Threads of a group where a device allows no more.</summary>
    public const int LeastThreads = 64;

    /// <summary>Whether tiles of so many batch rows run in thread groups on a device whose groups have so many threads.</summary>
    public static bool Serve(int tileRows, int groupThreads) => tileRows == Rows && groupThreads >= LeastThreads;

    /// <summary>The four scalars as rows.</summary>
    public static Rows4<Float4> Spread(Float4 x) =>
        new(Float4.Broadcast(x.X), Float4.Broadcast(x.Y), Float4.Broadcast(x.Z), Float4.Broadcast(x.W));

    /// <summary>The values and gates, before the GLU, of four units for a worker's rows.</summary>
    public static HiddenTile Hidden<TFloats>(
        TFloats packed, TFloats history, NeuronLevelModelSizes sizes, GroupedPlace place, int firstUnit)
        where TFloats : struct, IMemory<TFloats, float>
    {
        int step = sizes.Padded, at = place.Window;
        UnitCursor cursor = new(sizes, firstUnit, 0, place.Neuron);
        TFloats bias = packed.Skip(sizes.W1Count * step);
        var value = Rows4<Float4>.Broadcast(OfUnits(bias, sizes, firstUnit, 0, place.Neuron));
        var gate = Rows4<Float4>.Broadcast(OfUnits(bias, sizes, firstUnit, 1, place.Neuron));
        // Four slots at a time: all their loads are on the way before the first one is waited for.
        int slot = 0, distance = Rows * step;
        for (; slot + 3 < sizes.Memory; slot += 4)
        {
            Float4 x0 = Column(history, at, step), x1 = Column(history, at + distance, step);
            Float4 x2 = Column(history, at + (2 * distance), step), x3 = Column(history, at + (3 * distance), step);
            UnitCursor next = cursor.Next(2 * step), third = next.Next(2 * step), fourth = third.Next(2 * step);
            Float4 value0 = cursor.Load(packed), gate0 = cursor.Next(step).Load(packed);
            Float4 value1 = next.Load(packed), gate1 = next.Next(step).Load(packed);
            Float4 value2 = third.Load(packed), gate2 = third.Next(step).Load(packed);
            Float4 value3 = fourth.Load(packed), gate3 = fourth.Next(step).Load(packed);
            value = Rows4<Float4>.MultiplyAdd(Spread(x0), value0, value);
            gate = Rows4<Float4>.MultiplyAdd(Spread(x0), gate0, gate);
            value = Rows4<Float4>.MultiplyAdd(Spread(x1), value1, value);
            gate = Rows4<Float4>.MultiplyAdd(Spread(x1), gate1, gate);
            value = Rows4<Float4>.MultiplyAdd(Spread(x2), value2, value);
            gate = Rows4<Float4>.MultiplyAdd(Spread(x2), gate2, gate);
            value = Rows4<Float4>.MultiplyAdd(Spread(x3), value3, value);
            gate = Rows4<Float4>.MultiplyAdd(Spread(x3), gate3, gate);
            at += 4 * distance;
            cursor = fourth.Next(2 * step);
        }

        for (; slot < sizes.Memory; slot++)
        {
            var x = Spread(Column(history, at, step));
            value = Rows4<Float4>.MultiplyAdd(x, cursor.Load(packed), value);
            gate = Rows4<Float4>.MultiplyAdd(x, cursor.Next(step).Load(packed), gate);
            at += distance;
            cursor = cursor.Next(2 * step);
        }

        return new HiddenTile(value, gate);
    }

    /// <summary>Four rows of one neuron.</summary>
    public static Float4 Column<TFloats>(TFloats memory, int at, int step)
        where TFloats : struct, IMemory<TFloats, float> =>
        new(memory[at], memory[at + step], memory[at + (2 * step)], memory[at + (3 * step)]);

    /// <summary>Writes four rows of one neuron.</summary>
    public static void SetColumn<TFloats>(TFloats memory, int at, int step, Float4 values)
        where TFloats : struct, IMemory<TFloats, float>
    {
        memory[at] = values.X;
        memory[at + step] = values.Y;
        memory[at + (2 * step)] = values.Z;
        memory[at + (3 * step)] = values.W;
    }

    /// <summary>A worker's rows of a row-major [Batch, Neurons] matrix; 0 beyond the batch.</summary>
    public static Float4 LoadRows<TFloats>(TFloats matrix, NeuronLevelModelSizes sizes, GroupedPlace place)
        where TFloats : struct, IMemory<TFloats, float> => new(
        OfRow(matrix, sizes, place, 0), OfRow(matrix, sizes, place, 1), OfRow(matrix, sizes, place, 2), OfRow(matrix, sizes, place, 3));

    /// <summary>Writes a worker's rows of a row-major [Batch, Neurons] matrix.</summary>
    public static void StoreRows<TFloats>(TFloats matrix, NeuronLevelModelSizes sizes, GroupedPlace place, Float4 values)
        where TFloats : struct, IMemory<TFloats, float>
    {
        SetRow(matrix, sizes, place, 0, values.X);
        SetRow(matrix, sizes, place, 1, values.Y);
        SetRow(matrix, sizes, place, 2, values.Z);
        SetRow(matrix, sizes, place, 3, values.W);
    }

    /// <summary>A number for each of four units from a region [unit][value, gate]; 0 beyond the hidden width.</summary>
    public static Float4 OfUnits<TFloats>(TFloats region, NeuronLevelModelSizes sizes, int firstUnit, int half, int neuron)
        where TFloats : struct, IMemory<TFloats, float> => new(
        OfUnit(region, sizes, firstUnit, half, neuron),
        OfUnit(region, sizes, firstUnit + 1, half, neuron),
        OfUnit(region, sizes, firstUnit + 2, half, neuron),
        OfUnit(region, sizes, firstUnit + 3, half, neuron));

    /// <summary>The place of four units' numbers in Units; the next kind of number is Rows rows of neurons further.</summary>
    public static int UnitsAt(NeuronLevelModelSizes sizes, int four, int tile, int rowOfTile, int neuron) =>
        ((((((four * sizes.Tiles) + tile) * 3 * Rows) + rowOfTile) * sizes.Padded) + neuron) * Units;

    /// <summary>Parts of a size that so many need.</summary>
    public static int Parts(int count, int size) => (count + size - 1) / size;

    /// <summary>The smaller of two numbers.</summary>
    public static int Smaller(int a, int b) => a < b ? a : b;

    private static float OfUnit<TFloats>(TFloats region, NeuronLevelModelSizes sizes, int unit, int half, int neuron)
        where TFloats : struct, IMemory<TFloats, float>
    {
        float value = 0f;
        if (unit < sizes.Hidden)
        {
            value = region[(((unit * 2) + half) * sizes.Padded) + neuron];
        }

        return value;
    }

    private static float OfRow<TFloats>(TFloats matrix, NeuronLevelModelSizes sizes, GroupedPlace place, int row)
        where TFloats : struct, IMemory<TFloats, float>
    {
        float value = 0f;
        if (place.Row + row < sizes.Batch)
        {
            value = matrix[((place.Row + row) * sizes.Neurons) + place.Neuron];
        }

        return value;
    }

    private static void SetRow<TFloats>(TFloats matrix, NeuronLevelModelSizes sizes, GroupedPlace place, int row, float value)
        where TFloats : struct, IMemory<TFloats, float>
    {
        if (place.Row + row < sizes.Batch)
        {
            matrix[((place.Row + row) * sizes.Neurons) + place.Neuron] = value;
        }
    }
}

/// <summary>The first layer's output for four rows, with four units as lanes.</summary>
internal readonly struct HiddenTile(Rows4<Float4> value, Rows4<Float4> gate)
{
    public readonly Rows4<Float4> Value = value, Gate = gate;
}
