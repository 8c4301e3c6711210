namespace Ctm.Tests.Ptx.Reading;

/// <summary>Basic blocks of a kernel, and its loops.</summary>
internal sealed class PtxFlow
{
    private readonly PtxKernel kernel;
    private readonly int[] starts;
    private readonly List<int>[] successors;

    public PtxFlow(PtxKernel kernel)
    {
        this.kernel = kernel;
        int count = kernel.Instructions.Count;
        var leaders = new SortedSet<int>(kernel.Labels.Values) { 0 };
        for (int i = 0; i < count; i++)
        {
            if (kernel.Instructions[i].IsBranch || kernel.Instructions[i].IsEnd)
            {
                leaders.Add(i + 1);
            }
        }

        starts = [.. leaders.Where(start => start < count)];
        successors = [.. starts.Select((_, block) => Successors(block))];
        var everything = Enumerable.Range(0, starts.Length).ToHashSet();
        var found = new List<PtxLoop>();
        Find(everything, 1, found);
        Loops = found;
    }

    /// <summary>Number of basic blocks.</summary>
    public int Blocks => starts.Length;

    /// <summary>All loops; an inner one follows those that it lies in.</summary>
    public IReadOnlyList<PtxLoop> Loops { get; }

    /// <summary>Loops that hold no other loop.</summary>
    public IEnumerable<PtxLoop> Innermost => Loops.Where(loop => loop.IsInnermost);

    /// <summary>Numbers of the instructions of a block.</summary>
    public IEnumerable<int> Of(int block) => Enumerable.Range(starts[block], EndOf(block) - starts[block]);

    private int EndOf(int block) => block + 1 < starts.Length ? starts[block + 1] : kernel.Instructions.Count;

    private List<int> Successors(int block)
    {
        PtxInstruction last = kernel.Instructions[EndOf(block) - 1];
        var next = new List<int>();
        if (last.Opcode == "bra")
        {
            next.Add(BlockAt(last.Operands[0].Name));
        }
        else if (last.Opcode == "brx")
        {
            next.AddRange(kernel.BranchTables[last.Operands[1].Name].Select(BlockAt));
        }

        if (!last.IsEnd && block + 1 < starts.Length)
        {
            next.Add(block + 1);
        }

        return next;
    }

    private int BlockAt(string label) => Array.BinarySearch(starts, kernel.Labels[label]);

    // A loop is a strongly connected set of blocks; without its header, what is still connected are the loops in it.
    private bool Find(HashSet<int> blocks, int depth, List<PtxLoop> found)
    {
        bool any = false;
        foreach (HashSet<int> component in StrongComponents.Of(blocks, block => successors[block]))
        {
            int first = component.Min();
            if (component.Count == 1 && !successors[first].Contains(first))
            {
                continue;
            }

            any = true;
            var outside = Enumerable.Range(0, starts.Length).Where(block => !component.Contains(block));
            HashSet<int> entered = [.. outside.SelectMany(block => successors[block])];
            int header = component.Order().FirstOrDefault(entered.Contains, first);
            int place = found.Count;
            found.Add(null!);
            bool holdsLoops = Find([.. component.Where(block => block != header)], depth + 1, found);
            PtxInstruction[] body = [.. component.Order().SelectMany(Of).Select(i => kernel.Instructions[i])];
            found[place] = new PtxLoop(depth, !holdsLoops, body);
        }

        return any;
    }
}

/// <summary>A loop.</summary>
/// <param name="Depth">1 for one that lies in no other.</param>
/// <param name="IsInnermost">Whether it holds no other loop.</param>
/// <param name="Instructions">Its instructions, those of inner loops included.</param>
internal sealed record PtxLoop(int Depth, bool IsInnermost, PtxInstruction[] Instructions);
