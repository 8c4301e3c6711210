using Ctm.Benchmarks.Sizes;

namespace Ctm.Benchmarks;

/// <summary>Benchmarks that know what their methods cost at a size.</summary>
public interface ICostedBenchmarks
{
    /// <summary>What one call of a method costs at a size.</summary>
    /// <param name="method">Name of the benchmark method.</param>
    /// <param name="size">A value of the parameter Size.</param>
    /// <exception cref="ArgumentException">When there is no such method.</exception>
    Cost CostOf(string method, object size);
}
