using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// One thread's share of bringing an operand into shared memory: two vectors of four of each tile [depth][side + 4]. Places are rows
/// of A or columns of B. A place beyond the matrix is read as the last one, since what is computed from it is not stored; a step beyond
/// the end is 0.
/// </summary>
/// <typeparam name="TTile">The tile.</typeparam>
/// <typeparam name="TOrder">How the operand is stored.</typeparam>
/// <typeparam name="TLanes">Float4 where the operand can be read as vectors, Float1 where not.</typeparam>
internal readonly struct TileOperand<TTile, TOrder, TLanes>
    where TTile : struct, ITileForm
    where TOrder : struct, IOperandOrder
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly ViewMemory<float> memory;
    private readonly OperandShape shape;
    private readonly int place, step, nextPlace, nextStep, places;

    /// <summary>The share of this thread in the tile that begins at place <paramref name="first"/>.</summary>
    public TileOperand(ViewMemory<float> memory, int first, int places, OperandShape shape)
    {
        uint side = (uint)TTile.Side, threads = side * side / 64, thread = (uint)Group.IdxX;
        uint vectors = TOrder.IsAlongSteps ? (uint)TTile.Depth / 4 : side / 4, quotient = thread / vectors;
        int along = (int)(thread - (quotient * vectors)) * 4, across = (int)quotient, further = (int)(threads / vectors);
        this.memory = memory;
        this.places = places;
        this.shape = shape;
        place = first + (TOrder.IsAlongSteps ? across : along);
        step = TOrder.IsAlongSteps ? along : across;
        nextPlace = TOrder.IsAlongSteps ? place + further : place;
        nextStep = TOrder.IsAlongSteps ? step : step + further;
    }

    /// <summary>Floats from one step to the next in shared memory: with four of padding, so that few threads meet in one bank.</summary>
    public static int Pitch => TTile.Side + 4;

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
        Put(shared, start + (step * Pitch) + place - tile, first);
        Put(shared, start + (nextStep * Pitch) + nextPlace - tile, second);
    }

    private static void Put(ArrayView<float> shared, int at, Float4 value)
    {
        if (TOrder.IsAlongSteps)
        {
            shared[at] = value.X;
            shared[at + Pitch] = value.Y;
            shared[at + (2 * Pitch)] = value.Z;
            shared[at + (3 * Pitch)] = value.W;
        }
        else
        {
            var vectors = shared.Cast<Float4>();
            vectors[(int)((uint)at / 4u)] = value;
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
