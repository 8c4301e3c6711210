using Ctm.Kernels.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Ctm.Kernels.Catalogue;

/// <summary>
/// Compiles kernels to PTX as a CUDA device would be given them, without a GPU or a driver. What differs is the first line alone: a
/// driver is given the newest PTX version that it knows, this compiler writes 7.8, which CUDA 11.8 and later assemble.
/// </summary>
public sealed class PtxCompiler : IDisposable
{
    private static readonly (string Name, CudaArchitecture Architecture)[] Known =
    [
        ("sm_70", CudaArchitecture.SM_70),
        ("sm_75", CudaArchitecture.SM_75),
        ("sm_80", CudaArchitecture.SM_80),
        ("sm_86", CudaArchitecture.SM_86),
        ("sm_89", CudaArchitecture.SM_89),
        ("sm_90", CudaArchitecture.SM_90),
    ];

    private readonly Context context;
    private readonly PTXBackend backend;

    /// <summary>A compiler for one architecture.</summary>
    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    /// <exception cref="ArgumentException">When it is not among them.</exception>
    public PtxCompiler(string architecture)
    {
        (string name, CudaArchitecture target) = Array.Find(Known, known => known.Name == architecture);
        if (name is null)
        {
            throw new ArgumentException($"There is no architecture '{architecture}': there are {string.Join(", ", Architectures)}.");
        }

        context = IlgpuContext.Create(_ => { });
        backend = new PTXBackend(context, new CudaCapabilityContext(target), target, CudaInstructionSet.ISA_78, null);
        IlgpuContext.KeepUniformMarksOut(context);
    }

    /// <summary>Names of the architectures, as NVIDIA's assembler calls them.</summary>
    public static IReadOnlyList<string> Architectures { get; } = [.. Known.Select(known => known.Name)];

    /// <summary>The PTX of a kernel.</summary>
    /// <param name="entry">From <see cref="KernelCatalogue"/>.</param>
    /// <exception cref="InvalidOperationException">When ILGPU cannot compile it; the compiler is of no use afterwards.</exception>
    public string Compile(KernelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            var description = EntryPointDescription.FromExplicitlyGroupedKernel(entry.Method);
            return ((PTXCompiledKernel)backend.Compile(description, KernelSpecialization.Empty)).PTXAssembly;
        }
        catch (Exception e) when (e is InternalCompilerException or NotSupportedException)
        {
            throw new InvalidOperationException($"ILGPU cannot compile the kernel {entry.Name}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }
}
