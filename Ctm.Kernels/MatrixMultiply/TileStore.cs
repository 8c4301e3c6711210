using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Brings sums to C, with what is added to them. Rows and columns beyond C are left out.</summary>
/// <typeparam name="TLanes">Float4 where C can be written as vectors, Float1 where not.</typeparam>
internal static class TileStore<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Four columns of four rows.</summary>
    public static void Put(TileTarget p, int row, int column, Rows4<Float4> values)
    {
        if (TLanes.Width == 1)
        {
            Singles(p, row, column, values.R0);
            Singles(p, row + 1, column, values.R1);
            Singles(p, row + 2, column, values.R2);
            Singles(p, row + 3, column, values.R3);
        }
        else if (column < p.N)
        {
            var place = new MatrixPlace { Row = row, Column = column, Rows = p.M, Width = p.LeadingC };
            if (p.HasBias != 0)
            {
                values += Rows4<Float4>.Broadcast(p.Bias.Load<Float4>(column, p.N));
            }

            if (p.Accumulate != 0)
            {
                values += Rows4<Float4>.LoadMatrix(p.C, place);
            }

            values.StoreMatrix(p.C, place);
        }
    }

    /// <summary>Four columns of one row.</summary>
    public static void Put(TileTarget p, int row, int column, Float4 values)
    {
        if (TLanes.Width == 1)
        {
            Singles(p, row, column, values);
        }
        else if (row < p.M && column < p.N)
        {
            int place = (row * p.LeadingC) + column;
            if (p.HasBias != 0)
            {
                values += p.Bias.Load<Float4>(column, p.N);
            }

            if (p.Accumulate != 0)
            {
                values += p.C.Load<Float4>(place, place + Float4.Width);
            }

            p.C.Store(place, place + Float4.Width, values);
        }
    }

    private static void Singles(TileTarget p, int row, int column, Float4 values)
    {
        if (row < p.M)
        {
            Single(p, row, column, values.X);
            Single(p, row, column + 1, values.Y);
            Single(p, row, column + 2, values.Z);
            Single(p, row, column + 3, values.W);
        }
    }

    private static void Single(TileTarget p, int row, int column, float value)
    {
        if (column < p.N)
        {
            int place = (row * p.LeadingC) + column;
            if (p.HasBias != 0)
            {
                value += p.Bias[column];
            }

            if (p.Accumulate != 0)
            {
                value += p.C[place];
            }

            p.C[place] = value;
        }
    }
}
