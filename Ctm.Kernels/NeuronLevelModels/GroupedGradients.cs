using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// The second half of a tick backward of deep models on a device: from the gradients of the hidden units, those of the window and of the
/// packed weights. The first rows of the grid are the weights', one for every four units; the others are the window's.
/// </summary>
internal partial struct GroupedGradients<TFloats, TStored> : IGroupKernel<GroupedGradients<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    /// <summary>Pieces of the window, four slots each, whose workers are in one group at most.</summary>
    private const int PiecesOfGroup = 4;

    /// <summary>Units and OuterGradients from <see cref="GroupedBackward{TFloats, TStored}"/>.</summary>
    public TStored Parameters, History;
    public TFloats Gradients, Units, OuterGradients, HistoryGradient, PreActivationGradient;
    public NeuronLevelModelSizes Sizes;
    public int Tick, Fours;
    public FreshSlots Fresh;

    /// <summary>Rows of the grid for groups of so many workers.</summary>
    public static int GridRows(NeuronLevelModelSizes sizes, int fours, int workers)
    {
        int pieces = GroupedModels.Smaller(PiecesOfGroup, workers);
        return fours + (GroupedModels.Parts(WindowPieces(sizes.Memory), pieces) * GroupedModels.Parts(sizes.Tiles, workers / pieces));
    }

    public static void Run(GroupedGradients<TFloats, TStored> body)
    {
        int neuron = (Grid.IdxX * GroupedModels.Neurons) + Group.IdxX;
        if (neuron < body.Sizes.Neurons)
        {
            if (Grid.IdxY < body.Fours)
            {
                Weights(body, neuron);
            }
            else
            {
                Window(body, neuron, Grid.IdxY - body.Fours);
            }
        }
    }

    /// <summary>A worker has one tile of rows and four slots of the window, of which it adds up all units' parts.</summary>
    private static void Window(GroupedGradients<TFloats, TStored> body, int neuron, int gridRow)
    {
        NeuronLevelModelSizes sizes = body.Sizes;
        int pieces = WindowPieces(sizes.Memory), ofGroup = GroupedModels.Smaller(PiecesOfGroup, Group.DimY);
        int across = GroupedModels.Parts(pieces, ofGroup), gridTile = gridRow / across, tiles = Group.DimY / ofGroup;
        int tileOfGroup = Group.IdxY / ofGroup;
        int piece = ((gridRow - (gridTile * across)) * ofGroup) + Group.IdxY - (tileOfGroup * ofGroup);
        var place = new GroupedPlace(sizes, body.Tick, neuron, (gridTile * tiles) + tileOfGroup);
        if (!place.IsActive || piece >= pieces || tileOfGroup >= tiles)
        {
            return;
        }

        // Slots beyond the window are the last one again, and not written.
        int step = sizes.Padded, distance = GroupedModels.Rows * step, first = piece * GroupedModels.Slots, last = sizes.Memory - 1;
        int second = GroupedModels.Smaller(first + 1, last), third = GroupedModels.Smaller(first + 2, last);
        int fourth = GroupedModels.Smaller(first + 3, last);
        Float4 sum0 = Before(body, place, first), sum1 = Before(body, place, second);
        Float4 sum2 = Before(body, place, third), sum3 = Before(body, place, fourth);
        for (int four = 0; four < body.Fours; four++)
        {
            int unit = GroupedModels.UnitsAt(sizes, four, place.Tile, 0, neuron), row = GroupedModels.Units * step;
            Rows4<Float4> value = LoadUnits(body.Units, unit, row), gate = LoadUnits(body.Units, unit + (GroupedModels.Units * distance), row);
            var cursor = new UnitCursor(sizes, four * GroupedModels.Units, 0, neuron);
            sum0 = Dots(body.Parameters, cursor.Next(2 * step * first), step, value, gate, sum0);
            sum1 = Dots(body.Parameters, cursor.Next(2 * step * second), step, value, gate, sum1);
            sum2 = Dots(body.Parameters, cursor.Next(2 * step * third), step, value, gate, sum2);
            sum3 = Dots(body.Parameters, cursor.Next(2 * step * fourth), step, value, gate, sum3);
        }

        Put(body, place, first, sum0);
        Put(body, place, first + 1, sum1);
        Put(body, place, first + 2, sum2);
        Put(body, place, first + 3, sum3);
    }

    /// <summary>What a slot's sum begins with: the gradient from later ticks, or 0 where there is none yet.</summary>
    private static Float4 Before(GroupedGradients<TFloats, TStored> body, GroupedPlace place, int slot)
    {
        int step = body.Sizes.Padded, fresh = body.Fresh == FreshSlots.All ? body.Sizes.Memory : (int)body.Fresh;
        var before = Float4.Broadcast(0f);
        if (slot >= fresh)
        {
            before = GroupedModels.Column(body.HistoryGradient, place.Window + (slot * GroupedModels.Rows * step), step);
        }

        return before;
    }

    /// <summary>Writes a slot's gradient; the newest slot's is that of the pre-activation.</summary>
    private static void Put(GroupedGradients<TFloats, TStored> body, GroupedPlace place, int slot, Float4 sum)
    {
        int step = body.Sizes.Padded, last = body.Sizes.Memory - 1;
        if (slot <= last)
        {
            GroupedModels.SetColumn(body.HistoryGradient, place.Window + (slot * GroupedModels.Rows * step), step, sum);
        }

        if (slot == last)
        {
            GroupedModels.StoreRows(body.PreActivationGradient, body.Sizes, place, sum);
        }
    }

    private static Rows4<Float4> LoadUnits(TFloats units, int at, int row) => new(
        units.Load<Float4>(at, at + GroupedModels.Units),
        units.Load<Float4>(at + row, at + row + GroupedModels.Units),
        units.Load<Float4>(at + (2 * row), at + (2 * row) + GroupedModels.Units),
        units.Load<Float4>(at + (3 * row), at + (3 * row) + GroupedModels.Units));

    /// <summary>sum plus each row's products with four units' weights for a slot, the values' before the gates'.</summary>
    private static Float4 Dots(
        TStored packed, UnitCursor cursor, int step, Rows4<Float4> value, Rows4<Float4> gate, Float4 sum) =>
        Dots(gate, cursor.Load(packed.Skip(step)), Dots(value, cursor.Load(packed), sum));

    private static Float4 Dots(Rows4<Float4> rows, Float4 weights, Float4 sum) => new(
        Dot(rows.R0, weights, sum.X), Dot(rows.R1, weights, sum.Y), Dot(rows.R2, weights, sum.Z), Dot(rows.R3, weights, sum.W));

    // One product after another onto the sum, so that each is a multiply-add.
    private static float Dot(Float4 a, Float4 b, float sum) => (a.W * b.W) + ((a.Z * b.Z) + ((a.Y * b.Y) + ((a.X * b.X) + sum)));

    private static int WindowPieces(int memory) => GroupedModels.Parts(memory, GroupedModels.Slots);
}
