using System.Globalization;
using System.Text;

namespace Ctm.Engine.Files;

/// <summary>Pieces of error messages: text from a file is untrusted and must stay on one short line.</summary>
internal static class MessageText
{
    private const int LongestQuote = 100;
    private const int LongestCompared = 200;

    /// <summary>The text in single quotes, control characters escaped, long text cut.</summary>
    public static string Quote(string text)
    {
        return $"'{OneLine(text, LongestQuote)}'";
    }

    /// <summary>The text with control characters and lone surrogates escaped, cut after <paramref name="longest"/> characters.</summary>
    public static string OneLine(string text, int longest = 300)
    {
        var builder = new StringBuilder(Math.Min(text.Length, longest) + 8);
        foreach (char c in text)
        {
            if (builder.Length >= longest)
            {
                builder.Append("...");
                break;
            }

            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
            {
                builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                builder.Append(c);
            }
        }

        return builder.ToString();
    }

    /// <summary>A shape as <c>[2, 3]</c>; a scalar is <c>[]</c>.</summary>
    public static string Shape(ReadOnlySpan<long> shape)
    {
        var builder = new StringBuilder("[");
        for (int i = 0; i < shape.Length; i++)
        {
            builder.Append(i == 0 ? string.Empty : ", ").Append(shape[i].ToString(CultureInfo.InvariantCulture));
        }

        return builder.Append(']').ToString();
    }

    /// <summary>The candidate with the smallest edit distance to the name, or null when nothing is near (over half of it
    /// differs).</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = EditDistance(name, candidate);
            if (distance < bestDistance)
            {
                bestDistance = distance;
                best = candidate;
            }
        }

        return best is not null && bestDistance * 2 <= Math.Max(name.Length, best.Length) ? best : null;
    }

    private static int EditDistance(string left, string right)
    {
        if (left.Length > LongestCompared || right.Length > LongestCompared)
        {
            return Math.Max(left.Length, right.Length);
        }

        int[] previous = new int[right.Length + 1];
        int[] current = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int substitution = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
