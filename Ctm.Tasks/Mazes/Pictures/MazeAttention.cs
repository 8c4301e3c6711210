namespace Ctm.Tasks.Mazes.Pictures;

/// <summary>Attention weights over the tokens of a maze's picture: non-negative, row-major (height x width), any scale.</summary>
public sealed class MazeAttention
{
    public MazeAttention(int height, int width, float[] weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (weights.Length != height * width)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"an attention map of {height} x {width} has {height * width} weights, not {weights.Length}"), nameof(weights));
        }

        Height = height;
        Width = width;
        Weights = weights;
    }

    public int Height { get; }

    public int Width { get; }

    public IReadOnlyList<float> Weights { get; }

    /// <summary>
    /// The weights on a finer grid of side x side, each token spread smoothly over its cell (Catmull-Rom, never below 0), and
    /// scaled so that the largest given weight is 1. All zeros where no weight is above 0.
    /// </summary>
    internal float[] Upsample(int side)
    {
        var largest = 0f;
        foreach (var weight in Weights)
        {
            largest = Math.Max(largest, float.IsFinite(weight) ? weight : 0f);
        }

        var fine = new float[side * side];
        if (largest == 0f)
        {
            return fine;
        }

        var columns = Taps(Width, side);
        var rows = Taps(Height, side);
        var wide = new float[Height * side];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < side; x++)
            {
                foreach (var (index, share) in columns[x])
                {
                    var weight = Weights[(y * Width) + index];
                    wide[(y * side) + x] += share * (float.IsFinite(weight) ? weight / largest : 0f);
                }
            }
        }

        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var sum = 0f;
                foreach (var (index, share) in rows[y])
                {
                    sum += share * wide[(index * side) + x];
                }

                fine[(y * side) + x] = Math.Clamp(sum, 0f, 1f);
            }
        }

        return fine;
    }

    // The four neighbours of each fine sample and their Catmull-Rom weights; beyond the edge the outermost token repeats.
    private static (int Index, float Share)[][] Taps(int count, int side)
    {
        var taps = new (int, float)[side][];
        for (var i = 0; i < side; i++)
        {
            var at = ((i + 0.5f) * count / side) - 0.5f;
            var first = (int)MathF.Floor(at);
            var t = at - first;
            float[] shares =
            [
                t * ((t * (2f - t)) - 1f) / 2f,
                ((t * t * ((3f * t) - 5f)) + 2f) / 2f,
                t * ((t * (4f - (3f * t))) + 1f) / 2f,
                t * t * (t - 1f) / 2f,
            ];
            taps[i] = [.. shares.Select((share, k) => (Math.Clamp(first - 1 + k, 0, count - 1), share))];
        }

        return taps;
    }
}
