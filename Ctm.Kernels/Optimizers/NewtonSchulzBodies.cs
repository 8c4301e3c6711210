using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Optimizers;

/// <summary>The sum of squares of each row of a stack of matrices.</summary>
internal struct MatrixRowSquares<TFloats> : IRowKernel<MatrixRowSquares<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Matrices, Squares;
    public int Columns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(MatrixRowSquares<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TFloats values = body.Matrices.Skip(row * body.Columns);
        var sum = TLanes.Broadcast(0f);
        for (int i = team.Index * TLanes.Width; i < body.Columns; i += team.Count * TLanes.Width)
        {
            var value = values.Load<TLanes>(i, body.Columns);
            sum = TLanes.MultiplyAdd(value, value, sum);
        }

        float whole = team.Sum(TLanes.Sum(sum));
        if (team.Index == 0)
        {
            body.Squares[row] = whole;
        }
    }
}

/// <summary>Each row of a stack of matrices, divided by its matrix's Frobenius norm; source and target may be one.</summary>
internal struct NormalizeMatrices<TFloats> : IRowKernel<NormalizeMatrices<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    // Keeps a matrix of zeros at 0; far below any gradient's norm.
    private const float LeastNorm = 1e-15f;

    public TFloats Source, Squares, Target;
    public int Rows, Columns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(NormalizeMatrices<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TFloats squares = body.Squares.Skip(row / body.Rows * body.Rows);
        var sum = TLanes.Broadcast(0f);
        for (int i = team.Index * TLanes.Width; i < body.Rows; i += team.Count * TLanes.Width)
        {
            sum += squares.Load<TLanes>(i, body.Rows);
        }

        TLanes norm = TLanes.Sqrt(TLanes.Broadcast(team.Sum(TLanes.Sum(sum)))) + TLanes.Broadcast(LeastNorm);
        TFloats source = body.Source.Skip(row * body.Columns), target = body.Target.Skip(row * body.Columns);
        for (int i = team.Index * TLanes.Width; i < body.Columns; i += team.Count * TLanes.Width)
        {
            target.Store(i, body.Columns, source.Load<TLanes>(i, body.Columns) / norm);
        }
    }
}

/// <summary>The polynomial of an iteration, a + b G + c G^2, in the place of G^2; a row is one of a product G.</summary>
internal struct NewtonSchulzPolynomial<TFloats> : IRowKernel<NewtonSchulzPolynomial<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Products, Squares;
    public int Side;
    public float Constant, Linear, Quadratic;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(NewtonSchulzPolynomial<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TFloats products = body.Products.Skip(row * body.Side), squares = body.Squares.Skip(row * body.Side);
        TLanes linear = TLanes.Broadcast(body.Linear), quadratic = TLanes.Broadcast(body.Quadratic);
        for (int i = team.Index * TLanes.Width; i < body.Side; i += team.Count * TLanes.Width)
        {
            squares.Store(
                i,
                body.Side,
                TLanes.MultiplyAdd(quadratic, squares.Load<TLanes>(i, body.Side), linear * products.Load<TLanes>(i, body.Side)));
        }

        team.Wait();
        if (team.Index == 0)
        {
            int diagonal = row % body.Side;
            squares[diagonal] = squares[diagonal] + body.Constant;
        }
    }
}
