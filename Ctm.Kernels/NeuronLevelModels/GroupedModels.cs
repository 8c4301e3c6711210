using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// What the kernels for devices share. A group has 16 neurons; a thread has one of them and four batch rows, and works on four hidden
/// units at a time: 4 rows x 4 units x (value, gate) in registers, with units as lanes. The four units' weights come to shared memory
/// once for all rows of the group.
/// </summary>
internal static class GroupedModels
{
    /// <summary>Neurons of a group.</summary>
    public const int Neurons = 16;

    /// <summary>Hidden units at a time.</summary>
    public const int Units = 4;

    /// <summary>Batch rows of a thread, as the history is tiled.</summary>
    public const int Rows = 4;

    /// <summary>Threads of a group where a device allows no more.</summary>
    public const int LeastThreads = 64;

    /// <summary>Slots of the window whose weights are in shared memory at a time.</summary>
    public const int Slots = 32;

    /// <summary>Floats of shared memory: [slot][value, gate][neuron][unit].</summary>
    public const int SharedFloats = Slots * 2 * Neurons * Units;

    /// <summary>Whether tiles of so many batch rows run in thread groups on a device whose groups have so many threads.</summary>
    public static bool Serve(int tileRows, int groupThreads) => tileRows == Rows && groupThreads >= LeastThreads;

    private static Rows4<Float4> Zero => Rows4<Float4>.Broadcast(Float4.Broadcast(0f));

    /// <summary>The four scalars as rows.</summary>
    public static Rows4<Float4> Spread(Float4 x) =>
        new(Float4.Broadcast(x.X), Float4.Broadcast(x.Y), Float4.Broadcast(x.Z), Float4.Broadcast(x.W));

    /// <summary>Brings the weights of four units for up to <see cref="Slots"/> slots to shared memory. All threads must call it.</summary>
    public static void Stage<TFloats>(ArrayView<float> shared, TFloats packed, NeuronLevelModelSizes sizes, int firstUnit, int firstSlot)
        where TFloats : struct, IMemory<TFloats, float>
    {
        Group.Barrier();
        int slots = Count(sizes, firstSlot), first = Grid.IdxX * Neurons;
        for (int i = (Group.IdxY * Neurons) + Group.IdxX; i < slots * 2 * Neurons * Units; i += Neurons * Group.DimY)
        {
            // Neighbouring threads read neighbouring neurons.
            int neuron = i & 15, half = (i >> 4) & 1, unit = (i >> 5) & 3, slot = i >> 7;
            float weight = 0f;
            if (firstUnit + unit < sizes.Hidden && first + neuron < sizes.Neurons)
            {
                int vector = ((((firstUnit + unit) * sizes.Memory) + firstSlot + slot) * 2) + half;
                weight = packed[(vector * sizes.Padded) + first + neuron];
            }

            shared[(((((slot * 2) + half) * Neurons) + neuron) * Units) + unit] = weight;
        }

        Group.Barrier();
    }

    /// <summary>Slots that are staged from a slot on.</summary>
    public static int Count(NeuronLevelModelSizes sizes, int firstSlot) =>
        sizes.Memory - firstSlot < Slots ? sizes.Memory - firstSlot : Slots;

    /// <summary>
    /// The values or gates, before the GLU, of four units for this thread's rows. All threads of the group must call it; inactive ones
    /// take part in the staging only.
    /// </summary>
    public static HiddenTile Hidden<TFloats>(
        ArrayView<float> shared, TFloats packed, TFloats history, NeuronLevelModelSizes sizes, GroupedPlace place, int firstUnit)
        where TFloats : struct, IMemory<TFloats, float>
    {
        var weights = shared.Cast<Float4>();
        Rows4<Float4> value = Zero, gate = Zero;
        if (place.IsActive)
        {
            TFloats bias = packed.Skip(sizes.W1Count * sizes.Padded);
            value = Rows4<Float4>.Broadcast(OfUnits(bias, sizes, firstUnit, 0, place.Neuron));
            gate = Rows4<Float4>.Broadcast(OfUnits(bias, sizes, firstUnit, 1, place.Neuron));
        }

        for (int first = 0; first < sizes.Memory; first += Slots)
        {
            Stage(shared, packed, sizes, firstUnit, first);
            int count = place.IsActive ? Count(sizes, first) : 0, step = sizes.Padded;
            int at = place.Window + (first * Rows * step), vector = Group.IdxX;
            for (int slot = 0; slot < count; slot++)
            {
                var x = Spread(Column(history, at, step));
                value = Rows4<Float4>.MultiplyAdd(x, weights[vector], value);
                gate = Rows4<Float4>.MultiplyAdd(x, weights[vector + Neurons], gate);
                at += Rows * step;
                vector += 2 * Neurons;
            }
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

    /// <summary>This thread's rows of a row-major [Batch, Neurons] matrix; 0 beyond the batch.</summary>
    public static Float4 LoadRows<TFloats>(TFloats matrix, NeuronLevelModelSizes sizes, GroupedPlace place)
        where TFloats : struct, IMemory<TFloats, float> => new(
        OfRow(matrix, sizes, place, 0), OfRow(matrix, sizes, place, 1), OfRow(matrix, sizes, place, 2), OfRow(matrix, sizes, place, 3));

    /// <summary>Writes this thread's rows of a row-major [Batch, Neurons] matrix.</summary>
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

/// <summary>A thread's neuron and rows. Where either is outside, it only takes part in what the group does together.</summary>
internal readonly struct GroupedPlace
{
    public readonly int Neuron, Tile, Window;

    public readonly bool IsActive;

    public GroupedPlace(NeuronLevelModelSizes sizes, int tick)
    {
        Neuron = (Grid.IdxX * GroupedModels.Neurons) + Group.IdxX;
        Tile = (Grid.IdxY * Group.DimY) + Group.IdxY;
        Window = (((Tile * sizes.Slots) + tick + 1) * GroupedModels.Rows * sizes.Padded) + Neuron;
        IsActive = Neuron < sizes.Neurons && Tile < sizes.Tiles;
    }

    /// <summary>The first of four batch rows.</summary>
    public int Row => Tile * GroupedModels.Rows;

    /// <summary>The place of the newest slot, where this tick's pre-activation is.</summary>
    public int Newest(NeuronLevelModelSizes sizes) => Window + ((sizes.Memory - 1) * GroupedModels.Rows * sizes.Padded);

    /// <summary>The place of the kept GLU's value; its gate is four rows further.</summary>
    public int Outer(NeuronLevelModelSizes sizes, int outerTick) =>
        (((outerTick * sizes.Tiles) + Tile) * 2 * GroupedModels.Rows * sizes.Padded) + Neuron;
}
