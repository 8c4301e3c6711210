namespace Ctm.Tests.Ptx.Execution;

/// <summary>Numbers of groups or threads in three dimensions.</summary>
internal readonly record struct PtxSize(int X, int Y, int Z)
{
    public int Count => X * Y * Z;

    public override string ToString() => $"({X}, {Y}, {Z})";
}

/// <summary>
/// Runs launches: group after group, and within a group thread after thread from barrier to barrier, which any schedule of a GPU must give
/// the same results as, where there are no races.
/// </summary>
internal sealed unsafe class PtxMachine(DeviceMemoryMap map, PtxFindings findings)
{
    private int nextInterval = 1;

    /// <summary>Instructions carried out.</summary>
    public long Steps { get; private set; }

    /// <summary>Runs one launch.</summary>
    /// <param name="program">The kernel.</param>
    /// <param name="name">Its name for reports.</param>
    /// <param name="arguments">The packed arguments.</param>
    /// <param name="grid">Groups.</param>
    /// <param name="size">Threads of a group.</param>
    public void Launch(PtxProgram program, string name, byte* arguments, PtxSize grid, PtxSize size)
    {
        using var memory = new PtxMemory(program, name, map, findings);
        var interpreter = new PtxInterpreter(program, memory);
        memory.Begin(arguments, nextInterval);
        ulong[] rows = GC.AllocateUninitializedArray<ulong>(size.Count * program.Slots, pinned: true);
        var places = new int[size.Count];
        fixed (ulong* first = rows)
        {
            for (int i = 0; i < grid.Count; i++)
            {
                var index = new PtxSize(i % grid.X, i / grid.X % grid.Y, i / (grid.X * grid.Y));
                memory.BeginGroup(index.ToString());
                Prepare(program, rows, index, grid, size);
                Array.Clear(places);
                RunGroup(program, interpreter, memory, first, places);
            }
        }

        nextInterval = memory.NextInterval;
        Steps += interpreter.Steps;
    }

    private static void Prepare(PtxProgram program, ulong[] rows, PtxSize group, PtxSize grid, PtxSize size)
    {
        for (int thread = 0; thread < size.Count; thread++)
        {
            Span<ulong> row = rows.AsSpan(thread * program.Slots, program.Slots);
            program.Row.CopyTo(row);
            ReadOnlySpan<int> special =
            [
                thread % size.X, thread / size.X % size.Y, thread / (size.X * size.Y), size.X, size.Y, size.Z,
                group.X, group.Y, group.Z, grid.X, grid.Y, grid.Z,
            ];
            for (int i = 0; i < special.Length; i++)
            {
                row[i] = (uint)special[i];
            }
        }
    }

    private static void RunGroup(PtxProgram program, PtxInterpreter interpreter, PtxMemory memory, ulong* rows, int[] places)
    {
        const int ended = -1;
        int alive = places.Length;
        while (alive > 0)
        {
            int meeting = ended, met = 0, last = ended;
            for (int thread = 0; thread < places.Length; thread++)
            {
                if (places[thread] == ended)
                {
                    continue;
                }

                if (interpreter.Run(rows + ((long)thread * program.Slots), ref places[thread], thread) == PtxStop.Ended)
                {
                    places[thread] = ended;
                    alive--;
                    continue;
                }

                met++;
                last = thread;
                if (meeting != ended && meeting != places[thread])
                {
                    memory.Report(PtxFault.DivergentBarrier, places[thread] - 1, thread, "other threads wait at another barrier");
                }

                meeting = places[thread];
            }

            if (met > 0 && met < places.Length)
            {
                memory.Report(PtxFault.DivergentBarrier, meeting - 1, last, $"{met} of {places.Length} threads come to the barrier");
            }

            memory.PassBarrier();
        }
    }
}
