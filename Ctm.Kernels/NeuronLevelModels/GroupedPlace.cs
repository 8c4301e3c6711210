using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>A worker's neuron and rows. Where either is outside, it only takes part in what the group does together.</summary>
internal readonly struct GroupedPlace
{
    public readonly int Neuron, Tile, Window;

    public readonly bool IsActive;

    public GroupedPlace(NeuronLevelModelSizes sizes, int tick, int neuron, int tile)
    {
        Neuron = neuron;
        Tile = tile;
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

/// <summary>
/// Places of four units' first-layer weights for one slot. Units beyond the hidden width read the last one again: what comes of them is
/// multiplied by the second layer's weights, which are 0 there.
/// </summary>
internal readonly struct UnitCursor
{
    private readonly int first, second, third, fourth;

    public UnitCursor(NeuronLevelModelSizes sizes, int unit, int slot, int neuron)
    {
        int last = sizes.Hidden - 1, distance = sizes.Memory * 2 * sizes.Padded, start = (slot * 2 * sizes.Padded) + neuron;
        first = (unit * distance) + start;
        second = (GroupedModels.Smaller(unit + 1, last) * distance) + start;
        third = (GroupedModels.Smaller(unit + 2, last) * distance) + start;
        fourth = (GroupedModels.Smaller(unit + 3, last) * distance) + start;
    }

    private UnitCursor(int first, int second, int third, int fourth)
    {
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    /// <summary>The values' weights; the gates' are one row of neurons further.</summary>
    public Float4 Load<TFloats>(TFloats packed)
        where TFloats : struct, IMemory<TFloats, float> => new(packed[first], packed[second], packed[third], packed[fourth]);

    /// <summary>The cursor so much further.</summary>
    public UnitCursor Next(int distance) => new(first + distance, second + distance, third + distance, fourth + distance);
}
