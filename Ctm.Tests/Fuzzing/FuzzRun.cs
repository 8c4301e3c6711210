using System.Diagnostics;

namespace Ctm.Tests.Fuzzing;

/// <summary>
/// Gives a reader many seeded, damaged files: it must accept each or refuse it with a documented exception of one line, in short time
/// and little memory.
/// </summary>
internal static class FuzzRun
{
    /// <summary>Files of the default tests.</summary>
    public const int Few = 4000;

    /// <summary>Files of the slow tests.</summary>
    public const int Many = 100_000;

    private const long MostBytes = 1L << 28;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Runs the files.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of all of them.</param>
    /// <param name="mutate">Makes a damaged file.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="isDocumented">Whether the reader may throw an exception.</param>
    public static void Run(int count, int seed, Func<Random, byte[]> mutate, Action<byte[]> read, Predicate<Exception> isDocumented)
    {
        var random = new Random(seed);
        int accepted = 0, refused = 0;
        long slowest = 0, most = 0, start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            byte[] file = mutate(random);
            long begin = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(file);
                accepted++;
            }
            catch (Exception e) when (isDocumented(e))
            {
                Assert.That(e.Message.AsSpan().IndexOfAny('\n', '\r'), Is.Negative, e.Message);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"file {i} of seed {seed}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}\n{Convert.ToBase64String(file)}");
            }

            slowest = Math.Max(slowest, Stopwatch.GetTimestamp() - begin);
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - allocated);
            if (most > MostBytes || slowest > Longest.TotalSeconds * Stopwatch.Frequency)
            {
                double seconds = slowest / (double)Stopwatch.Frequency;
                Assert.Fail($"file {i} of seed {seed} took {seconds:F1} s and {most} bytes:\n{Convert.ToBase64String(file)}");
            }
        }

        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{count} files in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s: {accepted} accepted, {refused} refused; ")
            + FormattableString.Invariant(
                $"slowest {slowest * 1000.0 / Stopwatch.Frequency:F1} ms, most memory {most / 1024.0 / 1024.0:F1} MiB"));

        // Both outcomes must occur, else the mutations test nothing.
        Assert.That(accepted, Is.GreaterThan(count / 100));
        Assert.That(refused, Is.GreaterThan(count / 4));
    }
}
