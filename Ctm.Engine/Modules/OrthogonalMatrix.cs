using Ctm.Kernels.RandomNumbers;

namespace Ctm.Engine.Modules;

/// <summary>
/// Random matrices with orthogonal rows or columns, drawn and made orthogonal on the host in float64: all devices get the same.
/// </summary>
internal static class OrthogonalMatrix
{
    /// <summary>Draws a matrix; the rows of [rows, columns] are orthogonal where they are not more than the columns, else the columns.</summary>
    /// <param name="shape">Two sizes.</param>
    /// <param name="gain">Length of the orthogonal vectors.</param>
    /// <param name="seed">The seed of a run.</param>
    /// <param name="stream">What the numbers are for.</param>
    /// <returns>The matrix, row-major.</returns>
    public static float[] Draw(IReadOnlyList<int> shape, double gain, ulong seed, ulong stream)
    {
        if (shape.Count != 2)
        {
            throw new ArgumentException($"Only matrices can be orthogonal, not shapes of {shape.Count} sizes.", nameof(shape));
        }

        int rows = shape[0], columns = shape[1];
        bool byRows = rows <= columns;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        var vectors = new double[count][];
        for (int v = 0; v < count; v++)
        {
            vectors[v] = Normal(v * length, length, seed, stream);

            // A second pass takes away what rounding has left of the first.
            for (int pass = 0; pass < 2; pass++)
            {
                for (int other = 0; other < v; other++)
                {
                    Subtract(vectors[v], vectors[other], Dot(vectors[v], vectors[other]));
                }
            }

            double norm = Math.Sqrt(Dot(vectors[v], vectors[v]));
            vectors[v] = Array.ConvertAll(vectors[v], x => x / norm);
        }

        var matrix = new float[rows * columns];
        for (int i = 0; i < matrix.Length; i++)
        {
            (int r, int c) = (i / columns, i % columns);
            matrix[i] = (float)(gain * (byRows ? vectors[r][c] : vectors[c][r]));
        }

        return matrix;
    }

    /// <summary>Box-Muller: number k is made of words 2 (k / 2) and the one behind it.</summary>
    private static double[] Normal(int first, int count, ulong seed, ulong stream)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++)
        {
            int k = first + i;
            Philox draw = Philox.Draw(seed, stream, (uint)(k / 4));
            (uint a, uint b) = k % 4 < 2 ? (draw.X, draw.Y) : (draw.Z, draw.W);
            double radius = Math.Sqrt(-2 * Math.Log((a + 1.0) / 4294967296.0)), turn = 2 * Math.PI * (b / 4294967296.0);
            values[i] = radius * (k % 2 == 0 ? Math.Cos(turn) : Math.Sin(turn));
        }

        return values;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void Subtract(double[] from, double[] what, double scale)
    {
        for (int i = 0; i < from.Length; i++)
        {
            from[i] -= scale * what[i];
        }
    }
}
