namespace Ctm.Tasks.Measures;

/// <summary>Pearson's correlation of pairs, in one pass (Welford 1962).</summary>
internal sealed class Correlation
{
    private long count;
    private double meanX, meanY, squaresX, squaresY, products;

    /// <summary>The correlation, -1 to 1; 0 where one of the two does not vary.</summary>
    public double Value => squaresX > 0 && squaresY > 0 ? products / Math.Sqrt(squaresX * squaresY) : 0;

    /// <summary>Adds a pair.</summary>
    public void Add(double x, double y)
    {
        count++;
        double dx = x - meanX, dy = y - meanY;
        meanX += dx / count;
        meanY += dy / count;
        squaresX += dx * (x - meanX);
        squaresY += dy * (y - meanY);
        products += dx * (y - meanY);
    }
}
