using System.Collections.Concurrent;

namespace Ctm.Tasks.Mazes;

/// <summary>
/// The stable hash of a maze's walls, and the split that follows from it: one layout in sixteen is for testing, whatever
/// the seed, the start and the goal. The eight turned and mirrored forms of a layout share one hash, because training turns
/// and mirrors mazes. Only for the least size, whose four layouts are one layout turned, does each form have its own hash.
/// </summary>
public static class MazeLayout
{
    private const ulong TestShare = 16;

    // Any salt gives about one layout in sixteen. This one also puts layouts on both sides where there are few: 1 of the 4 of
    // size 5, and 2 of the 28 of size 7 that are no turned or mirrored form of each other.
    private const ulong Salt = 17;

    private static readonly ConcurrentDictionary<int, ulong[]> KeysOfSize = new();

    /// <summary>True where a layout and its turned and mirrored forms always belong to the same split.</summary>
    public static bool TurnsShareSplit(int size)
    {
        return size > MazeSize.Smallest;
    }

    /// <summary>The 64-bit hash of a layout (walls: size * size), the same on every machine and in every version.</summary>
    public static ulong Hash(int size, ReadOnlySpan<bool> walls)
    {
        return Hash(size, walls, Salt);
    }

    /// <summary>The split to which a layout belongs.</summary>
    public static MazeSplit SplitOf(int size, ReadOnlySpan<bool> walls)
    {
        return Hash(size, walls) % TestShare == 0 ? MazeSplit.Test : MazeSplit.Train;
    }

    internal static ulong Hash(int size, ReadOnlySpan<bool> walls, ulong salt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(walls.Length, size * size);
        var keys = KeysOfSize.GetOrAdd(size, MakeKeys);
        var sum = TurnsShareSplit(size) ? LeastSum(size, walls, keys) : Sum(walls, keys);
        return SampleRandom.Mix(sum + salt);
    }

    private static ulong[] MakeKeys(int size)
    {
        var random = new SampleRandom(0x6D617A65, (ulong)size);
        var keys = new ulong[size * size];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = random.Next();
        }

        return keys;
    }

    private static ulong Sum(ReadOnlySpan<bool> walls, ulong[] keys)
    {
        var sum = 0UL;
        for (var i = 0; i < walls.Length; i++)
        {
            sum += walls[i] ? 0UL : keys[i];
        }

        return sum;
    }

    // One pass adds up the keys of the free cells under all eight symmetries; the least sum stands for the whole class.
    private static ulong LeastSum(int size, ReadOnlySpan<bool> walls, ulong[] keys)
    {
        ulong a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        var last = size - 1;
        for (var y = 0; y < size; y++)
        {
            var row = walls.Slice(y * size, size);
            for (var x = 0; x < size; x++)
            {
                if (row[x])
                {
                    continue;
                }

                a += keys[(y * size) + x];
                b += keys[(y * size) + last - x];
                c += keys[((last - y) * size) + x];
                d += keys[((last - y) * size) + last - x];
                e += keys[(x * size) + y];
                f += keys[(x * size) + last - y];
                g += keys[((last - x) * size) + y];
                h += keys[((last - x) * size) + last - y];
            }
        }

        return Math.Min(Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Min(Math.Min(e, f), Math.Min(g, h)));
    }
}
