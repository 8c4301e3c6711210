using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Checks;

/// <summary>
/// All operations on a device against another one: small sizes in the kernels' vector and scalar forms, then a model's own sizes, which
/// are timed. A simulator gets the small ones only.
/// </summary>
public sealed class KernelSuite : IDisposable
{
    private readonly string name;
    private readonly int threads;
    private readonly ComputeDevice host, exact;

    /// <summary>Opens the device and what it is compared with.</summary>
    /// <param name="name">The device's name; see <see cref="ComputeDevice.Open(string, int)"/>.</param>
    /// <param name="threads">Threads of the host; 0 for one a core.</param>
    /// <exception cref="DeviceNotFoundException">When there is no such device.</exception>
    public KernelSuite(string name, int threads = 0)
    {
        this.threads = threads;
        Device = ComputeDevice.Open(name, threads);
        this.name = Device.Name;
        host = ComputeDevice.Open("cpu", Device is HostDevice ? 1 : threads);
        exact = Device is HostDevice ? ComputeDevice.Open("ilgpu-cpu") : host;
    }

    /// <summary>The device that is checked.</summary>
    public ComputeDevice Device { get; private set; }

    /// <summary>Whether the device is a simulator, whose speed says nothing.</summary>
    public bool IsSimulator => name == "ilgpu-cpu";

    /// <summary>What small sizes are compared with: the host; for the host itself, the simulator, which runs the same bodies elsewise.</summary>
    public string SmallReference => exact.Name;

    /// <summary>The sizes that are timed.</summary>
    public KernelCaseSize TimedSize => IsSimulator ? KernelCaseSize.Aligned : KernelCaseSize.MazeMedium;

    /// <summary>Checks one operation after another.</summary>
    /// <param name="family">Only operations of this family; null for all.</param>
    /// <returns>For each operation the worst of its sizes, with the time at <see cref="TimedSize"/>.</returns>
    public IEnumerable<KernelCheck> Run(string? family = null)
    {
        var sizes = new List<KernelCaseSize> { KernelCaseSize.Odd, KernelCaseSize.Aligned };
        if (!IsSimulator)
        {
            sizes.Add(KernelCaseSize.MazeMedium);
        }

        IReadOnlyList<KernelCase>[] cases = [.. sizes.Select(KernelCase.All)];
        foreach (KernelCase one in cases[^1].Where(c => family is null || c.Family == family))
        {
            KernelCheck? worst = null;
            for (int i = 0; i < sizes.Count; i++)
            {
                if (cases[i].FirstOrDefault(c => c.ToString() == one.ToString()) is { } sized)
                {
                    bool timed = sizes[i] == TimedSize;
                    worst = Worse(worst, Check(sized, sizes[i] == KernelCaseSize.MazeMedium ? host : exact, timed));
                }
            }

            yield return worst! with { Case = one };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Device.Dispose();
        if (exact != host)
        {
            exact.Dispose();
        }

        host.Dispose();
    }

    private static KernelCheck Worse(KernelCheck? before, KernelCheck now)
    {
        if (before is null)
        {
            return now;
        }

        bool isBefore = before.Failure is not null
            || (now.Failure is null && !(now.Error / now.Tolerance >= before.Error / before.Tolerance));
        return (isBefore ? before : now) with { Seconds = Math.Max(before.Seconds, now.Seconds) };
    }

    private KernelCheck Check(KernelCase one, ComputeDevice reference, bool time)
    {
        try
        {
            return KernelCheck.Of(one, Device, reference, time);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A kernel that does not compile spoils ILGPU's context for those after it.
            Device.Dispose();
            Device = ComputeDevice.Open(name, threads);
            return new KernelCheck(one, double.NaN, 0, 0, e.Message.ReplaceLineEndings(" "));
        }
    }
}
