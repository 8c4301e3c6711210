using System.Globalization;

namespace Ctm.Tasks.Mazes;

/// <summary>The rule for maze sizes: walls lie on even coordinates and rooms on odd ones, so a size is odd, and 5 is the least.</summary>
public static class MazeSize
{
    public const int Smallest = 5;

    /// <summary>The largest size whose cells can still be counted with some room in an int.</summary>
    public const int Largest = 9999;

    /// <summary>Throws a <see cref="TaskSettingException"/> with one clear line unless the size is a maze's.</summary>
    public static void Check(int size)
    {
        var problem = Problem(size);
        if (problem is not null)
        {
            throw new TaskSettingException(problem);
        }
    }

    internal static string? Problem(int size)
    {
        if (size < Smallest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"maze size {size} is too small: sizes are odd, 5 or more (try 5)");
        }

        if (size > Largest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"maze size {size} is too large: sizes are odd, 5 to {Largest}");
        }

        return int.IsEvenInteger(size)
            ? string.Create(CultureInfo.InvariantCulture, $"maze size {size} is even: sizes are odd, 5 or more (try {size + 1})")
            : null;
    }
}
