using System.Runtime.CompilerServices;
using ILGPU.Backends.OpenCL;

namespace Ctm.Kernels.Execution;

/// <summary>
/// What is changed in the OpenCL C that ILGPU 1.5.3 prints, on every OpenCL device alike: barriers. ILGPU prints them with a fence for
/// global memory only, although kernels exchange values through shared memory, and in a spelling that OpenCL C 1.2 does not know.
/// </summary>
internal static class OpenClSource
{
    private const string Printed = "work_group_barrier ( CLK_GLOBAL_MEM_FENCE )";
    private const string Right = "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)";

    /// <summary>Changes the source of a kernel before a driver sees it.</summary>
    public static void Mend(CLCompiledKernel kernel)
    {
        ref string source = ref SourceOf(kernel);
        source = Mend(source);
    }

    /// <summary>The source with right barriers.</summary>
    /// <exception cref="NotSupportedException">When a barrier is printed in a way that is not known here.</exception>
    public static string Mend(string source)
    {
        string mended = source.Replace(Printed, Right, StringComparison.Ordinal);
        return !mended.Contains("work_group_barrier", StringComparison.Ordinal)
            ? mended
            : throw new NotSupportedException("ILGPU prints OpenCL barriers in a new way: OpenClSource must learn it.");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Source>k__BackingField")]
    private static extern ref string SourceOf(CLCompiledKernel kernel);
}
