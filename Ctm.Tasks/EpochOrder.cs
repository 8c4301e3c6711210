namespace Ctm.Tasks;

/// <summary>
/// The order in which a finite set is dealt, a new one every epoch. Every epoch's order is a Fisher-Yates shuffle of its own, so any
/// position can be reached without dealing those before it. One per thread.
/// </summary>
/// <param name="count">Size of the set, 1 or more.</param>
/// <param name="seed">Seed of the orders.</param>
internal sealed class EpochOrder(int count, ulong seed)
{
    private const ulong OrderStream = 0x6F72646572;

    private readonly int[] order = new int[count];
    private long dealt = -1;

    /// <summary>Which one is dealt at a position, the number of those dealt before.</summary>
    public int At(long position)
    {
        (long epoch, long within) = Math.DivRem(position, (long)order.Length);
        if (epoch != dealt)
        {
            var random = new SampleRandom(seed ^ OrderStream, (ulong)epoch);
            for (int i = 0; i < order.Length; i++)
            {
                int j = random.Below(i + 1);
                order[i] = order[j];
                order[j] = i;
            }

            dealt = epoch;
        }

        return order[within];
    }
}
