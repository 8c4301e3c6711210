using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Mazes;

[TestFixture]
internal sealed class MazeStrategyObserverTests
{
    private const int Size = 9, Ticks = 12, Heads = 2, Batch = 3;

    // The place that the second head looks at, from the share of the ticks gone; the first head looks at everything alike.
    [TestCase("forward", 1)]
    [TestCase("backward", -1)]
    [TestCase("unclear", 0)]
    public void Strategy_AttentionAlongTheRoute_IsTold(string expected, int direction)
    {
        MazeStrategyObserver observer = Observe((tick, last) => direction switch
        {
            1 => tick * last / (Ticks - 1),
            -1 => last - (tick * last / (Ticks - 1)),
            _ => last / 2,
        });

        Assert.That(observer.Strategy(0.9), Is.EqualTo(expected));
        Assert.That(observer.Strategy(0.6), Is.EqualTo("unclear"), "nothing learned");
        Assert.That(Math.Sign(Math.Round(observer.AttentionOrder!.Value, 3)), Is.EqualTo(direction));
    }

    [Test]
    public void Strategy_JumpsAheadAndStepsBack_IsLeapfrog()
    {
        // Of three ticks, one jumps ahead and two come back a move each.
        MazeStrategyObserver observer = Observe((tick, last) => Math.Clamp((tick / 3 * last / 4) + 2 - (tick % 3), 0, last));

        Assert.That(observer.BackwardSteps, Is.GreaterThan(0.5).And.LessThan(0.8));
        Assert.That(observer.AttentionOrder, Is.GreaterThan(0.3));
        Assert.That(observer.Strategy(0.9), Is.EqualTo("leapfrog"));
    }

    private static MazeStrategyObserver Observe(Func<int, int, int> placeAt)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        Maze[] mazes = [.. Enumerable.Range(0, 60).Select(i => MazeSamples.Draw(Size, 1, (ulong)i)).Where(m => m.RouteLength >= 8).Take(Batch)];
        Assert.That(mazes, Has.Length.EqualTo(Batch));
        using var tape = new Tape(device);
        tape.Begin(recording: false);
        const int tokens = Size * Size;
        Tensor weights = tape.New(Ticks * Batch, Heads * tokens), logits = tape.New(Ticks * Batch, 5 * MazeMoves.Count);
        var looks = new float[weights.Length];
        Array.Fill(looks, 1f / tokens);
        for (int row = 0; row < Ticks * Batch; row++)
        {
            Maze maze = mazes[row % Batch];
            int place = placeAt(row / Batch, maze.RouteLength), cell = maze.Start;
            for (int i = 0; i < place; i++)
            {
                cell += MazeMoves.Offset(maze.Route[i], Size);
            }

            Span<float> head = looks.AsSpan(((row * Heads) + 1) * tokens, tokens);
            head.Clear();
            head[cell] = 1f;
        }

        weights.Data.CopyFrom(looks);
        var observer = new MazeStrategyObserver(100, i => mazes[i]);
        var output = new TickOutput
        {
            Batch = Batch,
            Ticks = Ticks,
            Predictions = logits,
            Attention = new AttentionTrack(weights, Heads, Size, Size),
        };
        observer.Add(output, new float[Ticks * Batch * 100 * MazeMoves.Count], [.. Enumerable.Repeat((int)MazeMove.Wait, Batch * 100)]);
        return observer;
    }
}
