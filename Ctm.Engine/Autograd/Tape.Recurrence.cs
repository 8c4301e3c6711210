namespace Ctm.Engine.Autograd;

/// <content>
/// Recurrences in segments. Parameter gradients are formed, and gradients of activations given up, segment by segment; with
/// <see cref="CheckpointTicks"/> the activations are given up too in the forward pass, but for what crosses from segment to
/// segment, and computed once more in the backward pass. Both ways do the same operations in the same order, so their gradients are
/// equal bit for bit where the segments are.
/// </content>
public sealed partial class Tape
{
    /// <summary>
    /// Rows that the matrix products of parameter gradients should have at least: from there on they are no faster for more.
    /// </summary>
    private const int WantedRows = 320;

    // A tick and the one before it.
    private const int RolledTicks = 2;

    private readonly List<ICarried> carried = [];
    private readonly NodeList replay = new();
    private int segments, segment;

    /// <summary>
    /// Ticks between two checkpoints: the activations of so many ticks are kept at a time, and the others computed again in the
    /// backward pass. 0 keeps those of all ticks.
    /// </summary>
    public int CheckpointTicks { get; set; }

    /// <summary>What the ticks of the latest step keep; zero before the first step with ticks.</summary>
    public ActivationMemory CountActivations()
    {
        ActivationMemory sum = sites.CountActivations();
        for (int i = 0; i < partCount; i++)
        {
            sum += parts[i].Sites.CountActivations();
        }

        return sum with { Bytes = sum.Bytes + carriedSites.CountActivations().Bytes };
    }

    /// <summary>Whether the open recurrence keeps the activations of one segment only.</summary>
    internal bool Recomputes { get; private set; }

    /// <summary>The tick of the open recurrence; negative outside.</summary>
    internal int Tick => tick;

    /// <summary>Ticks of a segment where there are no checkpoints.</summary>
    /// <param name="rows">Rows of a tick, the batch.</param>
    internal static int SegmentTicks(int rows) => Math.Max(1, (WantedRows + rows - 1) / rows);

    /// <summary>Ticks whose activations a recurrence of this step keeps at a time.</summary>
    internal int KeptTicks(int ticks) => !Training ? 1 : CheckpointTicks > 0 ? Math.Min(CheckpointTicks, ticks) : ticks;

    /// <summary>Says what the ticks of the next recurrence leave to one another.</summary>
    internal void Carry(ICarried what) => carried.Add(what);

    /// <summary>Runs all ticks of a recurrence.</summary>
    /// <param name="ticks">Number of ticks T.</param>
    /// <param name="rows">Rows of a tick, the batch.</param>
    /// <param name="body">A tick.</param>
    internal void Recur(int ticks, int rows, IRecurrence body)
    {
        int length = CheckpointTicks > 0 ? CheckpointTicks : SegmentTicks(rows);
        Recomputes = Training && KeptTicks(ticks) < ticks;
        Enter(new TickFrame(ticks, Recomputes ? length : ticks, length));
        segments = (ticks + length - 1) / length;
        carriedSites.BeginTicks();
        RecomputeNode? later = null;
        if (Recomputes)
        {
            later = Record<RecomputeNode>();
            later.Restart(body, carried, frame, sites.Mark());
            Recording = false;
        }

        for (int t = 0; t < ticks; t++)
        {
            if (t % length == 0)
            {
                later?.Draws.Add(draws);
                Cross(t / length);
            }

            BeginTick(t);
            body.Tick(this, t);
        }

        Recording = Training;
        Recomputes = false;
        carried.Clear();
        EndRecurrence();
    }

    /// <summary>
    /// Enters ticks that keep nothing but what the next tick may read: for thoughts that may stop at any of them, or go on with other rows
    /// elsewhere. Not while training.
    /// </summary>
    /// <param name="ticks">Number of ticks at most.</param>
    internal void BeginRollingTicks(int ticks)
    {
        if (Training)
        {
            throw new InvalidOperationException("Training keeps what its backward pass needs: it cannot roll over ticks.");
        }

        carried.Clear();
        Enter(new TickFrame(ticks, Math.Min(ticks, RolledTicks), 1) { Rolls = true });
    }

    /// <summary>The place at the start of a segment for what is carried into it.</summary>
    internal Tensor NewCarried(int rows, int columns, bool needsGradient) =>
        carriedSites.Tensor(rows, columns, segment, TickFrame.All(segments), needsGradient && Training);

    /// <summary>
    /// Whether <see cref="NextOf"/> can be filled at this tick already: not at the end of the ticks, or of what is kept of them at a time.
    /// </summary>
    internal bool HasNext =>
        InRecurrence && open is null && !frame.Rolls && tick + 1 < frame.Ticks && (tick + 1) % frame.DataTicks != 0;

    /// <summary>What a call site will make at the next tick.</summary>
    /// <param name="oneTick">What it made at this tick.</param>
    internal Tensor NextOf(Tensor oneTick) => oneTick.Slot.At(tick + 1);

    private void Cross(int next)
    {
        segment = next;
        carriedSites.BeginTick();
        foreach (ICarried what in carried)
        {
            what.Cross(this, segment);
        }

        if (Recording)
        {
            Record<FlushNode>();
        }
    }

    private void Recompute(RecomputeNode node)
    {
        int length = node.Frame.DataTicks, last = (node.Frame.Ticks - 1) / length;
        frame = node.Frame;
        sites.ReturnTo(node.Sites);
        recorder = replay;
        again = true;
        for (int s = last; s >= 0; s--)
        {
            replay.Restart();
            draws = node.Draws[s];
            foreach (ICarried what in node.Carried)
            {
                what.Return(this, s);
            }

            Record<FlushNode>();
            tick = (s * length) - 1;
            for (int t = s * length; t < Math.Min(frame.Ticks, (s + 1) * length); t++)
            {
                BeginTick(t);
                node.Body!.Tick(this, t);
            }

            if (s < last)
            {
                foreach (ICarried what in node.Carried)
                {
                    what.Join(this, s + 1);
                }
            }

            EndRecurrence();
            replay.Backward(this);
        }

        again = false;
        recorder = nodes;
    }

    /// <summary>A recurrence to be computed once more, from its last segment to its first.</summary>
    private sealed class RecomputeNode : Node
    {
        public IRecurrence? Body { get; private set; }

        public List<ICarried> Carried { get; } = [];

        /// <summary>The number of random draws before each segment.</summary>
        public List<uint> Draws { get; } = [];

        public TickFrame Frame { get; private set; }

        public (int Tensors, int Indices) Sites { get; private set; }

        public void Restart(IRecurrence body, List<ICarried> carried, TickFrame frame, (int Tensors, int Indices) sites)
        {
            Body = body;
            Carried.Clear();
            Carried.AddRange(carried);
            Draws.Clear();
            Frame = frame;
            Sites = sites;
        }

        public override void Backward(Tape tape) => tape.Recompute(this);
    }
}
