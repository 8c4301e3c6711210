using System.Diagnostics;

namespace Ctm.Benchmarks.Comparison;

/// <summary>The times of one side, collected round by round, in milliseconds.</summary>
internal sealed class SideTimes(IInferenceSide side)
{
    private readonly List<double> forward = [], backward = [], optimizer = [], step = [], inference = [], stepCpu = [], inferenceCpu = [];

    public IInferenceSide Side { get; } = side;

    public Spread? Forward => Of(forward);

    public Spread? Backward => Of(backward);

    public Spread? Optimizer => Of(optimizer);

    public Spread? Step => Of(step);

    public Spread? StepCpu => Of(stepCpu);

    public Spread InferenceCpu => Spread.Of(inferenceCpu);

    public Spread Inference => Spread.Of(inference);

    /// <summary>One step and one inference; the first round only warms up.</summary>
    public void Round(bool counts)
    {
        if (Side is ITrainingSide training)
        {
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            training.Forward();
            long formed = Stopwatch.GetTimestamp();
            training.Backward();
            long walked = Stopwatch.GetTimestamp();
            training.Optimize();
            long done = Stopwatch.GetTimestamp();
            if (counts)
            {
                forward.Add(Milliseconds(start, formed));
                backward.Add(Milliseconds(formed, walked));
                optimizer.Add(Milliseconds(walked, done));
                step.Add(Milliseconds(start, done));
                stepCpu.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
            }
        }

        TimeSpan before = Environment.CpuUsage.TotalTime;
        long asked = Stopwatch.GetTimestamp();
        Side.Infer();
        if (counts)
        {
            inference.Add(Milliseconds(asked, Stopwatch.GetTimestamp()));
            inferenceCpu.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static Spread? Of(List<double> values) => values.Count == 0 ? null : Spread.Of(values);
}
