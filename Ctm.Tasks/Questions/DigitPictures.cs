using Ctm.Tasks.Images;

namespace Ctm.Tasks.Questions;

/// <summary>MNIST digits as the questions show them: 32 x 32 pixels, bilinear, normalised (tasks/qamnist/utils.py).</summary>
/// <param name="set">The digits, of any size.</param>
internal sealed class DigitPictures(ImageSet set)
{
    /// <summary>Pixels down and across.</summary>
    public const int Side = 32;

    /// <summary>Pixels of a picture.</summary>
    public const int Pixels = Side * Side;

    private const float Mean = 0.1307f, Deviation = 0.3081f;
    private readonly (int First, float Weight)[] rows = Places(set.Height), columns = Places(set.Width);

    /// <summary>Number of digits.</summary>
    public int Count => set.Count;

    /// <summary>Which digit a picture shows.</summary>
    public int Label(int index) => set.Labels[index];

    /// <summary>Writes a picture.</summary>
    public void Write(int index, Span<float> pixels)
    {
        ReadOnlySpan<byte> image = set.Image(index);
        for (int y = 0; y < Side; y++)
        {
            (int row, float down) = rows[y];
            for (int x = 0; x < Side; x++)
            {
                (int column, float right) = columns[x];
                float upper = Between(image, row, column, right), lower = Between(image, Math.Min(row + 1, set.Height - 1), column, right);
                pixels[(y * Side) + x] = ((((1 - down) * upper) + (down * lower)) / 255f - Mean) / Deviation;
            }
        }
    }

    private float Between(ReadOnlySpan<byte> image, int row, int column, float right)
    {
        int next = Math.Min(column + 1, set.Width - 1);
        return ((1 - right) * image[(row * set.Width) + column]) + (right * image[(row * set.Width) + next]);
    }

    // Pixel centres lie at halves.
    private static (int First, float Weight)[] Places(int length) =>
    [
        .. Enumerable.Range(0, Side).Select(i =>
        {
            float place = Math.Clamp(((i + 0.5f) * length / Side) - 0.5f, 0, length - 1);
            return ((int)place, place - (int)place);
        }),
    ];
}
