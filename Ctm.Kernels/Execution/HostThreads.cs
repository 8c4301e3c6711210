using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Execution;

/// <summary>Work that can be cut into independent items. Must hold pointers and numbers only: threads share it by address.</summary>
internal interface IHostWork<TSelf>
    where TSelf : struct, IHostWork<TSelf>
{
    /// <summary>Does items from..to; <paramref name="thread"/> counts from 0.</summary>
    static abstract void Run(in TSelf work, int from, int to, int thread);
}

/// <summary>
/// A few threads that share the items of one launch. Waiting threads spin for a short while before they sleep: the launches of
/// a training step follow one another within microseconds, and waking a sleeping thread costs more than most of them.
/// Nothing is allocated by a launch. Which thread does which item is left to chance, so items must not depend on one another.
/// </summary>
internal sealed unsafe class HostThreads : IDisposable
{
    private const int SpinsBeforeSleep = 4000;
    private const int Open = 1 << 30;
    private readonly Worker[] workers;
    private delegate*<void*, int, int, int, void> run;
    private void* work;
    private int items, grain, next;

    // Open while a launch takes helpers, plus the number of threads inside. A worker that comes late finds it closed and
    // waits for the next launch, so a launch never waits for a thread that the system has not scheduled.
    private int gate;
    private int generation;
    private volatile bool stopping;
    private volatile Exception? failure;

    public HostThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        workers = new Worker[count - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            int number = i + 1;
            var worker = new Worker();
            workers[i] = worker;
            worker.Thread = new Thread(() => Serve(worker, number)) { IsBackground = true, Name = $"ctm host {number}" };
            worker.Thread.Start();
        }
    }

    public int Count { get; }

    /// <summary>Runs items 0..count, <paramref name="chunk"/> at a time, and returns when all are done.</summary>
    /// <param name="job">The work, on the caller's stack.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="chunk">Items that a thread takes at a time.</param>
    public void Run<TWork>(ref TWork job, int count, int chunk)
        where TWork : struct, IHostWork<TWork>
    {
        if (workers.Length == 0 || count <= chunk)
        {
            TWork.Run(job, 0, count, 0);
            return;
        }

        run = &Invoke<TWork>;
        work = Unsafe.AsPointer(ref job);
        items = count;
        grain = Math.Max(1, chunk);
        next = 0;
        Interlocked.Exchange(ref gate, Open);
        Interlocked.Increment(ref generation);
        foreach (Worker worker in workers)
        {
            if (Volatile.Read(ref worker.Asleep) == 1 && Interlocked.CompareExchange(ref worker.Asleep, 0, 1) == 1)
            {
                worker.Wake.Release();
            }
        }

        Take(0);
        Interlocked.And(ref gate, ~Open);
        var spinner = default(SpinWait);
        while (Volatile.Read(ref gate) != 0)
        {
            spinner.SpinOnce(-1);
        }

        if (failure is { } e)
        {
            failure = null;
            throw new InvalidOperationException("A host kernel failed: " + e.Message, e);
        }
    }

    public void Dispose()
    {
        stopping = true;
        Interlocked.Increment(ref generation);
        foreach (Worker worker in workers)
        {
            worker.Wake.Release();
            worker.Thread!.Join();
            worker.Wake.Dispose();
        }
    }

    private static void Invoke<TWork>(void* work, int from, int to, int thread)
        where TWork : struct, IHostWork<TWork> => TWork.Run(Unsafe.AsRef<TWork>(work), from, to, thread);

    private void Take(int thread)
    {
        try
        {
            while (true)
            {
                int from = Interlocked.Add(ref next, grain) - grain;
                if (from >= items)
                {
                    return;
                }

                run(work, from, Math.Min(items, from + grain), thread);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Serve(Worker worker, int number)
    {
        int seen = 0;
        while (true)
        {
            Await(worker, seen);
            if (stopping)
            {
                return;
            }

            seen = Volatile.Read(ref generation);
            int inside = Volatile.Read(ref gate);
            while ((inside & Open) != 0)
            {
                int found = Interlocked.CompareExchange(ref gate, inside + 1, inside);
                if (found == inside)
                {
                    Take(number);
                    Interlocked.Decrement(ref gate);
                    break;
                }

                inside = found;
            }
        }
    }

    private void Await(Worker worker, int seen)
    {
        for (int spins = 0; spins < SpinsBeforeSleep; spins++)
        {
            if (Volatile.Read(ref generation) != seen)
            {
                return;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Exchange(ref worker.Asleep, 1);
        bool called = Volatile.Read(ref generation) != seen;

        // A launcher that has already claimed the wake-up has released a permit, which must be taken.
        if (!called || Interlocked.CompareExchange(ref worker.Asleep, 0, 1) == 0)
        {
            worker.Wake.Wait();
        }
    }

    private sealed class Worker
    {
        public int Asleep;

        public SemaphoreSlim Wake { get; } = new(0);

        public Thread? Thread { get; set; }
    }
}
