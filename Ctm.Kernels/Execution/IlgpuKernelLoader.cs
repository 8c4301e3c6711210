using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace Ctm.Kernels.Execution;

/// <summary>The one place that compiles kernels for a device and loads them.</summary>
internal static class IlgpuKernelLoader
{
    /// <summary>Compiles an entry method for an accelerator.</summary>
    /// <returns>What launches it in a stream.</returns>
    /// <exception cref="NotSupportedException">When ILGPU would read its arguments elsewhere than they are.</exception>
    public static Action<AcceleratorStream, KernelConfig, TBody, int> Load<TBody>(Accelerator accelerator, Action<TBody, int> entry)
        where TBody : struct
    {
        ArgumentLayout.Check(accelerator.Context, entry.Method, typeof(TBody));
        if (accelerator is not CLAccelerator)
        {
            return accelerator.LoadKernel(entry);
        }

        CompiledKernel compiled = accelerator.CompileKernel(EntryPointDescription.FromExplicitlyGroupedKernel(entry.Method));
        OpenClSource.Mend((CLCompiledKernel)compiled);
        return accelerator.LoadKernel(compiled).CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, TBody, int>>();
    }
}
