using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Ctm.Benchmarks.Sizes;

namespace Ctm.Benchmarks.Columns;

/// <summary>A rate: what a call costs, in units of 10^9, divided by the mean time of a call.</summary>
internal sealed class RateColumn(string name, string legend, Func<Cost, double> amount) : IColumn
{
    private const string None = "-";

    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    /// <summary>Rate of a call of so many nanoseconds; operations a nanosecond are 10^9 operations a second.</summary>
    public static double Rate(double amount, double nanoseconds) => amount / nanoseconds;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        Type type = benchmarkCase.Descriptor.Type;
        if (summary[benchmarkCase]?.ResultStatistics is not { Mean: > 0 } statistics || !type.IsAssignableTo(typeof(ICostedBenchmarks)))
        {
            return None;
        }

        var benchmarks = (ICostedBenchmarks)Activator.CreateInstance(type)!;
        object size = benchmarkCase.Parameters.Items.Single(item => item.Name == nameof(DeviceBenchmarks<>.Size)).Value;
        double total = amount(benchmarks.CostOf(benchmarkCase.Descriptor.WorkloadMethod.Name, size));
        return total > 0 ? Rate(total, statistics.Mean).ToString("G4", CultureInfo.InvariantCulture) : None;
    }
}
