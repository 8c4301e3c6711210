namespace Ctm.Tasks.Mazes;

/// <summary>How a <see cref="MazeBatchSource"/> presents its mazes.</summary>
public sealed record MazeBatchOptions
{
    /// <summary>Steps that the model predicts: longer routes are cut, shorter ones padded with waits.</summary>
    public required int RouteLength { get; init; }

    public MazeImageLayout Layout { get; init; } = MazeImageLayout.Nchw;

    public MazePixelRange Range { get; init; } = MazePixelRange.Symmetric;

    /// <summary>Turns and mirrors every maze by chance, each position in its own way.</summary>
    public bool Augment { get; init; }

    /// <summary>Deals a finite source in a new order every epoch, without end; otherwise it is read once, in order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Steers augmentation and order.</summary>
    public ulong Seed { get; init; }
}

/// <summary>
/// Batches of pictures and targets by position, the number of mazes drawn before. What a position holds depends on the
/// position alone, so a resumed run sees exactly what an uninterrupted one would. Filling allocates nothing after the
/// first epoch's order. One per thread.
/// </summary>
public sealed class MazeBatchSource
{
    private readonly IMazeSource source;
    private readonly MazeBatchOptions options;
    private readonly Maze shown;
    private readonly Maze drawn;
    private readonly EpochOrder? order;

    public MazeBatchSource(IMazeSource source, MazeBatchOptions options)
    {
        if (options.RouteLength < 1)
        {
            throw new TaskSettingException(FormattableString.Invariant(
                $"a route length of {options.RouteLength} steps leaves nothing to predict: 1 or more are needed"));
        }

        if (options.Shuffle && source.Count > int.MaxValue)
        {
            throw new TaskSettingException("an endless stream of mazes cannot be shuffled: it is random already");
        }

        this.source = source;
        this.options = options;
        shown = new Maze(source.Size);
        drawn = new Maze(source.Size);
        order = options.Shuffle ? new EpochOrder((int)source.Count, options.Seed) : null;
    }

    public int Size => source.Size;

    public int RouteLength => options.RouteLength;

    /// <summary>Positions that can be read; <see cref="long.MaxValue"/> for training streams and shuffled sources.</summary>
    public long Count => options.Shuffle ? long.MaxValue : source.Count;

    /// <summary>Floats of one picture.</summary>
    public int ImageLength => MazeImage.Length(Size);

    /// <summary>An endless stream of fresh training mazes.</summary>
    public static MazeBatchSource Train(int size, ulong seed, MazeBatchOptions options)
    {
        return new MazeBatchSource(new GeneratedMazes(size, seed, MazeSplit.Train), options);
    }

    /// <summary>A fixed set of test mazes, none of whose layouts is ever in a training stream.</summary>
    public static MazeBatchSource Test(int size, ulong seed, long count, MazeBatchOptions options)
    {
        return new MazeBatchSource(
            new GeneratedMazes(size, seed, MazeSplit.Test, count), options with { Augment = false, Shuffle = false });
    }

    /// <summary>Fills <c>images.Length / ImageLength</c> pictures and as many rows of RouteLength targets, from a position on.</summary>
    public void Fill(long position, Span<float> images, Span<int> targets)
    {
        var batch = images.Length / ImageLength;
        if (images.Length != batch * ImageLength || targets.Length != batch * RouteLength)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{images.Length} floats and {targets.Length} targets are not one batch: a maze takes {ImageLength} and {RouteLength}"));
        }

        for (var i = 0; i < batch; i++)
        {
            Read(position + i, shown);
            MazeImage.Write(shown, images.Slice(i * ImageLength, ImageLength), options.Layout, options.Range);
            shown.WriteTargets(targets.Slice(i * RouteLength, RouteLength));
        }
    }

    /// <summary>The maze at a position as <see cref="Fill"/> shows it, turned and mirrored where the options say so.</summary>
    public void Read(long position, Maze destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
        var index = order?.At(position) ?? position;
        if (!options.Augment)
        {
            source.Read(index, destination);
            return;
        }

        source.Read(index, drawn);
        MazeTurn.Draw(options.Seed, (ulong)position).Apply(drawn, destination);
        if (!MazeLayout.TurnsShareSplit(Size)
            && MazeLayout.SplitOf(Size, destination.Walls) != MazeLayout.SplitOf(Size, drawn.Walls))
        {
            destination.CopyFrom(drawn);
        }
    }
}
