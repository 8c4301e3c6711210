using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// One thread's share of bringing an operand into shared memory: two vectors of four of each
/// <see cref="SharedTile{TTile}"/>. A place beyond the matrix is read as the last one, since what is computed from it is not stored; a
/// step beyond the end is 0.
/// </summary>
/// <typeparam name="TTile">The tile.</typeparam>
/// <typeparam name="TOrder">How the operand is stored.</typeparam>
/// <typeparam name="TLanes">Float4 where the operand can be read as vectors, Float1 where not.</typeparam>
/// <typeparam name="TStored">The memory that it lies in.</typeparam>
internal readonly struct TileOperand<TTile, TOrder, TLanes, TStored>
    where TTile : struct, ITileForm
    where TOrder : struct, IOperandOrder
    where TLanes : unmanaged, ILanes<TLanes>
    where TStored : struct, IMemory<TStored, float>
{
    private readonly TStored memory;
    private readonly OperandShape shape;
    private readonly int place, step, nextPlace, nextStep, places;

    /// <summary>The share of this thread in the tile that begins at place <paramref name="first"/>.</summary>
    public TileOperand(TStored memory, int first, int places, OperandShape shape)
    {
        // Along the steps, threads lie along them, at most eight, then along the places, then in turns along what is left of the steps.
        uint side = (uint)TTile.Side, threads = (uint)SharedTile<TTile>.Threads, thread = (uint)Group.IdxX;
        uint whole = (uint)SharedTile<TTile>.Depth / 4, vectors = !TOrder.IsAlongSteps ? side / 4 : whole < 8 ? whole : 8;
        uint turns = TOrder.IsAlongSteps ? threads / (vectors * side) : 0;
        uint quotient = thread / vectors, turn = turns == 0 ? 0 : quotient / side;
        int along = (int)(thread - (quotient * vectors) + (turn * vectors)) * 4, across = (int)(quotient - (turn * side));
        this.memory = memory;
        this.places = places;
        this.shape = shape;
        place = first + (TOrder.IsAlongSteps ? across : along);
        step = TOrder.IsAlongSteps ? along : across;
        int further = (int)(turns == 0 ? threads / vectors : 4 * vectors * turns);
        bool isNextPlace = TOrder.IsAlongSteps && turns == 0;
        nextPlace = isNextPlace ? place + further : place;
        nextStep = isNextPlace ? step : step + further;
    }

    /// <summary>The first vector of the tile that begins at step <paramref name="begin"/>.</summary>
    public Float4 First(int begin, int end) => Load(place, begin + step, end);

    /// <summary>The second vector.</summary>
    public Float4 Second(int begin, int end) => Load(nextPlace, begin + nextStep, end);

    /// <summary>Puts both vectors into shared memory.</summary>
    /// <param name="shared">The tile in shared memory.</param>
    /// <param name="start">The tile's first float.</param>
    /// <param name="tile">The tile's first place in the operand.</param>
    /// <param name="first">From <see cref="First"/>.</param>
    /// <param name="second">From <see cref="Second"/>.</param>
    public void Store(ArrayView<float> shared, int start, int tile, Float4 first, Float4 second)
    {
        Put(shared, start, step, place - tile, first);
        Put(shared, start, nextStep, nextPlace - tile, second);
    }

    private static void Put(ArrayView<float> shared, int start, int step, int place, Float4 value)
    {
        if (TOrder.IsAlongSteps)
        {
            shared[start + SharedTile<TTile>.At(step, place)] = value.X;
            shared[start + SharedTile<TTile>.At(step + 1, place)] = value.Y;
            shared[start + SharedTile<TTile>.At(step + 2, place)] = value.Z;
            shared[start + SharedTile<TTile>.At(step + 3, place)] = value.W;
        }
        else
        {
            var vectors = shared.Cast<Float4>();
            vectors[(int)((uint)(start + SharedTile<TTile>.At(step, place)) / 4u)] = value;
        }
    }

    private Float4 Load(int from, int k, int end)
    {
        if (TLanes.Width == 1)
        {
            return TOrder.IsAlongSteps
                ? new Float4(One(from, k, end), One(from, k + 1, end), One(from, k + 2, end), One(from, k + 3, end))
                : new Float4(One(from, k, end), One(from + 1, k, end), One(from + 2, k, end), One(from + 3, k, end));
        }

        var value = Float4.Broadcast(0f);
        if (k < end)
        {
            int last = TOrder.IsAlongSteps ? places - 1 : places - 4, inside = from < last ? from : last;
            int at = TOrder.At(shape, inside, k);
            if (TOrder.IsStored || at >= 0)
            {
                value = memory.Load<Float4>(at, 0);
            }
        }

        return value;
    }

    private float One(int from, int k, int end)
    {
        float value = 0f;
        if (k < end)
        {
            int inside = from < places ? from : places - 1;
            int at = TOrder.At(shape, inside, k);
            if (TOrder.IsStored || at >= 0)
            {
                value = memory[at];
            }
        }

        return value;
    }
}
