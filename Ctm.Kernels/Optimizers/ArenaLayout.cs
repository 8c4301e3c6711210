using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Optimizers;

/// <summary>
/// Where the tensors of a model lie in one flat buffer, the arena, and how kernels over all of them share the work: each tensor
/// starts at a multiple of 16 floats, padding between tensors stays 0, and a chunk is a stretch of at most
/// <see cref="ChunkLength"/> floats of one tensor, padding included. Parameters, gradients and moments lie in arenas of one layout.
/// </summary>
public sealed class ArenaLayout : IDisposable
{
    /// <summary>The most floats in a chunk.</summary>
    public const int ChunkLength = 1024;

    /// <summary>The unit of tensor starts, in floats: the widest lanes.</summary>
    public const int Alignment = 16;

    private readonly DeviceBuffer<int> chunkStarts, chunkTensors, tensorChunks;
    private readonly int[] offsets;

    /// <summary>Lays out tensors one after another.</summary>
    /// <param name="device">Where the layout's tables are kept.</param>
    /// <param name="lengths">Number of floats of each tensor, 0 or more.</param>
    /// <exception cref="ArgumentException">When the arena would hold 2^31 floats or more.</exception>
    public ArenaLayout(ComputeDevice device, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(device);
        offsets = new int[lengths.Length + 1];
        var starts = new List<int>();
        var tensors = new List<int>();
        var firsts = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lengths[i], nameof(lengths));
            long end = offsets[i] + (((long)lengths[i] + Alignment - 1) / Alignment * Alignment);
            if (end > int.MaxValue)
            {
                throw new ArgumentException($"The first {i + 1} tensors hold over 2^31 floats.", nameof(lengths));
            }

            offsets[i + 1] = (int)end;
            for (long at = offsets[i]; at < end; at += ChunkLength)
            {
                starts.Add((int)at);
                tensors.Add(i);
            }

            firsts[i + 1] = starts.Count;
        }

        ChunkCount = starts.Count;
        starts.Add(Length);
        chunkStarts = device.Allocate<int>(starts.ToArray());
        chunkTensors = device.Allocate<int>(tensors.ToArray());
        tensorChunks = device.Allocate<int>(firsts);
    }

    /// <summary>First element of each tensor, then the length of the arena.</summary>
    public ReadOnlySpan<int> Offsets => offsets;

    /// <summary>Floats in the arena, padding included.</summary>
    public int Length => offsets[^1];

    /// <summary>Number of tensors.</summary>
    public int TensorCount => offsets.Length - 1;

    /// <summary>Number of chunks.</summary>
    public int ChunkCount { get; }

    /// <summary>First element of each chunk, then the length of the arena, shape [chunks + 1].</summary>
    internal DeviceView<int> ChunkStarts => chunkStarts.View;

    /// <summary>The tensor of each chunk, shape [chunks].</summary>
    internal DeviceView<int> ChunkTensors => chunkTensors.View;

    /// <summary>First chunk of each tensor, then the number of chunks, shape [tensors + 1].</summary>
    internal DeviceView<int> TensorChunks => tensorChunks.View;

    /// <inheritdoc/>
    public void Dispose()
    {
        chunkStarts.Dispose();
        chunkTensors.Dispose();
        tensorChunks.Dispose();
    }
}
