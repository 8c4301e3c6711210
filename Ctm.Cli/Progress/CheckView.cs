using System.Text.Json;
using Ctm.Engine.Files;
using Ctm.Kernels.Checks;
using Ctm.Kernels.Measurements;
using Ctm.Tasks.Checks;

namespace Ctm.Cli.Progress;

/// <summary>What <c>ctm check</c> finds: a line for each kernel as it comes, or one JSON object at the end.</summary>
internal sealed class CheckView(Terminal terminal, bool json, KernelSuite suite)
{
    private readonly List<KernelLine> kernels = [];
    private DeviceRates rates = new(0, 0);
    private TrainingLine? training;
    private int failures;

    public void Begin(DeviceRates measured)
    {
        rates = measured;
        Write($"{suite.Device.Name}: {suite.Device.Description}; {rates.FmaPeakGflops:F1} GFLOP/s multiply-adds, {rates.BandwidthGbs:F1} GB/s copies");
        Write($"compared with {suite.SmallReference} at small sizes{(suite.IsSimulator ? string.Empty : ", with cpu at the sizes of maze-medium")}");
        Write($"{"kernel",-44}{"error",9}{"allowed",9}{"ms",11}{"rate",16}{"of peak",9}");
    }

    public void Add(KernelCheck check)
    {
        var line = KernelLine.Of(check, rates);
        kernels.Add(line);
        failures += check.Passed ? 0 : 1;
        string name = $"{line.Family}.{line.Name}";
        if (check.Failure is not null)
        {
            Write($"{name,-44}FAILED: {check.Failure}");
            return;
        }

        string rate = FormattableString.Invariant(line.IsArithmetic ? $"{line.Gflops:F2} GFLOP/s" : (FormattableString)$"{line.Gbs:F2} GB/s");
        Write($"{name,-44}{line.Error,9:0.0E+0}{line.Allowed,9:0.0E+0}{line.Milliseconds,11:F3}{rate,16}{100 * line.OfPeak,7:F1} %{(check.Passed ? string.Empty : "  FAILED")}");
    }

    public void Add(TrainingCheck check)
    {
        failures += check.Passed ? 0 : 1;
        training = new TrainingLine(
            check.Passed, check.Loss.Count, check.LargestDifference, [.. check.Loss], [.. check.Reference], [.. check.Allowed]);
        Write($"training, maze smoke, {check.Loss.Count} steps: loss {check.Reference[0]:F6} to {check.Reference[^1]:F6}, on the device {check.Loss[^1]:F6};");
        Write($"  largest difference {check.LargestDifference:0.0E+0}, allowed at the end {check.Allowed[^1]:0.0E+0}");
        if (check.FirstWrongStep is { } step)
        {
            Write($"  FAILED at step {step + 1}: loss {check.Loss[step]:R}, it should be {check.Reference[step]:R} within {check.Allowed[step]:0.0E+0}");
        }
    }

    /// <summary>The end; whether everything passed.</summary>
    public bool End()
    {
        bool passed = failures == 0;
        if (json)
        {
            var report = new Report(suite.Device.Name, suite.Device.Description, rates, passed, [.. kernels], training);
            FiguresView.PrintJson(terminal, JsonSerializer.SerializeToNode(report, JsonFiles.Options)!);
        }
        else
        {
            int all = kernels.Count + (training is null ? 0 : 1);
            Write($"{all - failures} checks passed, {failures} failed");
        }

        return passed;
    }

    private void Write(FormattableString line)
    {
        if (!json)
        {
            terminal.Output.WriteLine(FormattableString.Invariant(line));
        }
    }

    private sealed record Report(
        string Device, string Description, DeviceRates Rates, bool Passed, KernelLine[] Kernels, TrainingLine? Training);

    private sealed record TrainingLine(
        bool Passed, int Steps, double LargestDifference, double[] Loss, double[] ReferenceLoss, double[] AllowedDifference);

    /// <param name="Family">The family.</param>
    /// <param name="Name">The operation.</param>
    /// <param name="Passed">Whether it is right.</param>
    /// <param name="Error">Its error; null where there is no number.</param>
    /// <param name="Allowed">What the error may be.</param>
    /// <param name="Milliseconds">Time of a run.</param>
    /// <param name="Gflops">10^9 floating-point operations a second.</param>
    /// <param name="Gbs">10^9 bytes a second.</param>
    /// <param name="OfPeak">The time that the device's measured rates would take at best, as a part of the time that it took.</param>
    /// <param name="IsArithmetic">Whether arithmetic, not memory, limits it.</param>
    /// <param name="Failure">Why it could not be run.</param>
    private sealed record KernelLine(
        string Family,
        string Name,
        bool Passed,
        double? Error,
        double Allowed,
        double Milliseconds,
        double Gflops,
        double Gbs,
        double OfPeak,
        bool IsArithmetic,
        string? Failure)
    {
        public static KernelLine Of(KernelCheck check, DeviceRates rates)
        {
            double seconds = check.Seconds, flops = check.Case.Flops, bytes = check.Case.Bytes;
            double arithmetic = 1e-9 * flops / rates.FmaPeakGflops, memory = 1e-9 * bytes / rates.BandwidthGbs;
            bool isTimed = seconds > 0;
            return new KernelLine(
                check.Case.Family,
                check.Case.Name,
                check.Passed,
                double.IsFinite(check.Error) ? check.Error : null,
                check.Tolerance,
                1e3 * seconds,
                isTimed ? 1e-9 * flops / seconds : 0,
                isTimed ? 1e-9 * bytes / seconds : 0,
                isTimed ? Math.Max(arithmetic, memory) / seconds : 0,
                arithmetic > memory,
                check.Failure);
        }
    }
}
