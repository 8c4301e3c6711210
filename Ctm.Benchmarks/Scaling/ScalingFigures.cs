namespace Ctm.Benchmarks.Scaling;

/// <summary>One size.</summary>
/// <param name="Size">Ticks, or samples.</param>
/// <param name="MedianMs">Median time of a step.</param>
/// <param name="LeastMs">The shortest.</param>
internal sealed record ScalingPoint(int Size, double MedianMs, double LeastMs);

/// <summary>Times of training steps by ticks and by batch.</summary>
internal sealed record ScalingFigures
{
    public required string Config { get; init; }

    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required int Rounds { get; init; }

    public required ScalingPoint[] ByTicks { get; init; }

    public required ScalingPoint[] ByBatch { get; init; }

    /// <summary>The largest distance of a point from the line through all of them, in parts of the point.</summary>
    public double TicksOffLine => OffLine(ByTicks);

    /// <summary>The same for the batch.</summary>
    public double BatchOffLine => OffLine(ByBatch);

    /// <summary>The straight line that lies nearest in parts of each point.</summary>
    public static (double Slope, double Start) Line(ScalingPoint[] points)
    {
        // Weighted by 1 / time^2, so that small sizes count as much as large ones.
        double w = 0, x = 0, y = 0, xx = 0, xy = 0;
        foreach (ScalingPoint p in points)
        {
            double weight = 1 / (p.MedianMs * p.MedianMs);
            w += weight;
            x += weight * p.Size;
            y += weight * p.MedianMs;
            xx += weight * p.Size * p.Size;
            xy += weight * p.Size * p.MedianMs;
        }

        double slope = ((w * xy) - (x * y)) / ((w * xx) - (x * x));
        return (slope, (y - (slope * x)) / w);
    }

    private static double OffLine(ScalingPoint[] points)
    {
        (double slope, double start) = Line(points);
        return points.Max(p => Math.Abs(start + (slope * p.Size) - p.MedianMs) / p.MedianMs);
    }
}
