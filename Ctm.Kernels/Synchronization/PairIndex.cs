using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Synchronization;

/// <summary>
/// The neuron pairs of one synchronization on a device, with the way back from neurons to pairs. Built once; the pairs do not
/// change while a model lives.
/// </summary>
/// <remarks>
/// The way back lists for every neuron its entries, one for each place where it stands in a pair, in the order of the pairs; a
/// pair of a neuron with itself gives two. Neurons are ranked by falling number of entries (then by number), so that neighbours
/// have about as much to do: the entries of neuron <see cref="Ranked"/>[rank] are <see cref="Offsets"/>[rank] ..
/// <see cref="Offsets"/>[rank + 1].
/// </remarks>
public sealed class PairIndex : IDisposable
{
    private readonly DeviceBuffer<int> left, right, ranked, offsets, entryPairs, entryPartners;

    /// <summary>Puts pairs on a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="left">The first neuron of every pair, 0 .. neurons - 1.</param>
    /// <param name="right">The second neuron of every pair, as many.</param>
    /// <param name="neurons">Number of neurons of the model.</param>
    /// <exception cref="ArgumentException">When the lists differ in length or hold a number that is no neuron.</exception>
    public PairIndex(ComputeDevice device, ReadOnlySpan<int> left, ReadOnlySpan<int> right, int neurons)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(neurons);
        if (left.Length != right.Length)
        {
            throw new ArgumentException($"A pair needs two neurons: there are {left.Length} left and {right.Length} right ones.");
        }

        var degree = new int[neurons];
        Count(left, degree);
        Count(right, degree);
        int[] order = [.. Enumerable.Range(0, neurons).OrderByDescending(n => degree[n])];
        var start = new int[neurons + 1];
        var next = new int[neurons];
        for (int rank = 0; rank < neurons; rank++)
        {
            next[order[rank]] = start[rank];
            start[rank + 1] = start[rank] + degree[order[rank]];
        }

        var pairs = new int[2 * left.Length];
        var partners = new int[2 * left.Length];
        for (int pair = 0; pair < left.Length; pair++)
        {
            int entry = next[left[pair]]++;
            (pairs[entry], partners[entry]) = (pair, right[pair]);
            entry = next[right[pair]]++;
            (pairs[entry], partners[entry]) = (pair, left[pair]);
        }

        Neurons = neurons;
        this.left = device.Allocate<int>(left);
        this.right = device.Allocate<int>(right);
        ranked = device.Allocate<int>(order.AsSpan());
        offsets = device.Allocate<int>(start.AsSpan());
        entryPairs = device.Allocate<int>(pairs.AsSpan());
        entryPartners = device.Allocate<int>(partners.AsSpan());
    }

    /// <summary>Number of pairs P.</summary>
    public int Pairs => left.Length;

    /// <summary>Number of neurons D.</summary>
    public int Neurons { get; }

    /// <summary>The first neuron of every pair, [P].</summary>
    public DeviceView<int> Left => left.View;

    /// <summary>The second neuron of every pair, [P].</summary>
    public DeviceView<int> Right => right.View;

    /// <summary>The neurons by falling number of entries, [D].</summary>
    public DeviceView<int> Ranked => ranked.View;

    /// <summary>The first entry of every rank, [D + 1].</summary>
    public DeviceView<int> Offsets => offsets.View;

    /// <summary>The pair of every entry, [2 P].</summary>
    public DeviceView<int> EntryPairs => entryPairs.View;

    /// <summary>The other neuron of every entry's pair, [2 P].</summary>
    public DeviceView<int> EntryPartners => entryPartners.View;

    /// <summary>
    /// The pairs of a dense or semi-dense selection: the upper triangle with the diagonal, row by row, of left x right, J (J + 1) / 2
    /// pairs. Where left and right differ the matrix is not symmetric, and its upper triangle is taken all the same.
    /// </summary>
    /// <param name="left">The J neurons of the rows.</param>
    /// <param name="right">The J neurons of the columns.</param>
    /// <exception cref="ArgumentException">When the lists differ in length.</exception>
    public static (int[] Left, int[] Right) UpperTriangle(int[] left, int[] right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Length != right.Length)
        {
            throw new ArgumentException($"A square needs as many rows as columns: there are {left.Length} left and {right.Length} right.");
        }

        int side = left.Length, next = 0;
        int pairs = checked((int)((long)side * (side + 1) / 2));
        int[] rows = new int[pairs], columns = new int[pairs];
        for (int i = 0; i < side; i++)
        {
            for (int j = i; j < side; j++)
            {
                (rows[next], columns[next++]) = (left[i], right[j]);
            }
        }

        return (rows, columns);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        left.Dispose();
        right.Dispose();
        ranked.Dispose();
        offsets.Dispose();
        entryPairs.Dispose();
        entryPartners.Dispose();
    }

    private static void Count(ReadOnlySpan<int> neurons, int[] degree)
    {
        foreach (int neuron in neurons)
        {
            if ((uint)neuron >= (uint)degree.Length)
            {
                throw new ArgumentException($"Neuron {neuron} of a pair does not exist: the model has neurons 0 to {degree.Length - 1}.");
            }

            degree[neuron]++;
        }
    }
}
