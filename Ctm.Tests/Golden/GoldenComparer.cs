using System.Globalization;
using Ctm.Engine.Files;

namespace Ctm.Tests.Golden;

/// <summary>
/// Compares actual values with expected ones: length and shape, absolute tolerance from the file, integers and truth values exactly, NaN
/// never equal, rows that are noise left out, digests (every s-th row, row sums, row norms) where a big tensor is not stored.
/// </summary>
internal static class GoldenComparer
{
    public static GoldenComparison Compare(GoldenCase golden, string name, ReadOnlySpan<double> actual, long[]? shape)
    {
        if (LengthFault(golden, name, actual.Length, shape) is GoldenComparison fault)
        {
            return fault;
        }

        if (golden.Metadata.Digests.TryGetValue(name, out int stride))
        {
            return CompareDigests(golden, name, actual, stride);
        }

        SafetensorsDType type = golden.DType(name);
        if (type is SafetensorsDType.F32 or SafetensorsDType.F64)
        {
            return Elements(golden, name, golden.Doubles(name), actual, Tolerance(golden, name));
        }

        double[] exact = type == SafetensorsDType.Bool
            ? Array.ConvertAll(golden.Booleans(name), b => b ? 1.0 : 0.0)
            : Array.ConvertAll(golden.Integers(name), i => (double)i);
        return Elements(golden, name, exact, actual, 0);
    }

    public static GoldenComparison CompareExactly(GoldenCase golden, string name, ReadOnlySpan<long> actual, long[]? shape)
    {
        if (LengthFault(golden, name, actual.Length, shape) is GoldenComparison fault)
        {
            return fault;
        }

        long[] expected = golden.Integers(name);
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] != actual[i])
            {
                return new GoldenComparison(false, Math.Abs((double)expected[i] - actual[i]), 0, Text(
                    $"{golden.Name} {name}: {actual[i]} instead of {expected[i]} at {Where(golden.Shape(name), i)}"));
            }
        }

        return new GoldenComparison(true, 0, 0, Text($"{golden.Name} {name}: {expected.Length} integers are equal"));
    }

    private static GoldenComparison? LengthFault(GoldenCase golden, string name, int length, long[]? shape)
    {
        long[] expected = golden.Shape(name);
        long count = expected.Aggregate(1L, (a, b) => a * b);
        if (shape is not null && !shape.AsSpan().SequenceEqual(expected))
        {
            return new GoldenComparison(false, double.PositiveInfinity, 0, Text(
                $"{golden.Name} {name}: shape [{string.Join(", ", shape)}] instead of [{string.Join(", ", expected)}]"));
        }

        return count == length
            ? null
            : new GoldenComparison(false, double.PositiveInfinity, 0, Text(
                $"{golden.Name} {name}: {length} values instead of {count}, shape [{string.Join(", ", expected)}]"));
    }

    private static GoldenComparison CompareDigests(GoldenCase golden, string name, ReadOnlySpan<double> actual, int stride)
    {
        int rows = (int)golden.Shape(name)[0];
        int columns = actual.Length / rows;
        int kept = (rows + stride - 1) / stride;
        double[] picked = new double[kept * columns];
        double[] sums = new double[rows];
        double[] norms = new double[rows];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<double> row = actual.Slice(r * columns, columns);
            double squares = 0;
            foreach (double value in row)
            {
                sums[r] += value;
                squares += value * value;
            }

            norms[r] = Math.Sqrt(squares);
            if (r % stride == 0)
            {
                row.CopyTo(picked.AsSpan(r / stride * columns));
            }
        }

        GoldenComparison[] parts =
        [
            Elements(golden, name + "#rows", golden.Doubles(name + "#rows"), picked, Tolerance(golden, name + "#rows")),
            Elements(golden, name + "#rowsum", golden.Doubles(name + "#rowsum"), sums, Tolerance(golden, name + "#rowsum")),
            Elements(golden, name + "#rownorm", golden.Doubles(name + "#rownorm"), norms, Tolerance(golden, name + "#rownorm")),
        ];
        return parts.OrderBy(p => p.Ok).ThenByDescending(p => p.MaxError / p.Tolerance).First();
    }

    private static GoldenComparison Elements(
        GoldenCase golden, string name, double[] expected, ReadOnlySpan<double> actual, double tolerance)
    {
        long[] shape = golden.Shape(name);
        if (actual.Length != expected.Length)
        {
            return new GoldenComparison(false, double.PositiveInfinity, tolerance, Text(
                $"{golden.Name} {name}: {actual.Length} values instead of {expected.Length}"));
        }

        (int noiseBegin, int noiseEnd) = golden.Metadata.NoiseSlices.GetValueOrDefault(name);
        int rowLength = shape.Length == 0 || shape[0] == 0 ? 1 : (int)(expected.Length / shape[0]);
        double worst = -1;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            int row = i / rowLength;
            if (row >= noiseBegin && row < noiseEnd)
            {
                continue;
            }

            double error = Math.Abs(expected[i] - actual[i]);
            error = double.IsNaN(error) ? double.PositiveInfinity : error;
            if (error > worst)
            {
                worst = error;
                at = i;
            }
        }

        if (worst < 0)
        {
            return new GoldenComparison(true, 0, tolerance, Text($"{golden.Name} {name}: no values to compare"));
        }

        string where = Where(shape, at);
        return new GoldenComparison(worst <= tolerance, worst, tolerance, Text(
            $"{golden.Name} {name}: error {worst:g3}, tolerance {tolerance:g3}, {where} is {actual[at]:g9} instead of {expected[at]:g9}"));
    }

    private static double Tolerance(GoldenCase golden, string name)
    {
        return golden.Metadata.Tolerances.TryGetValue(name, out double tolerance)
            ? tolerance
            : throw new InvalidDataException($"{golden.Name}: '{name}' has no tolerance; it is no expected value");
    }

    private static string Where(long[] shape, int index)
    {
        long[] position = new long[shape.Length];
        long rest = index;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            position[axis] = rest % shape[axis];
            rest /= shape[axis];
        }

        return $"[{string.Join(", ", position)}]";
    }

    private static string Text(FormattableString text)
    {
        return text.ToString(CultureInfo.InvariantCulture);
    }
}
