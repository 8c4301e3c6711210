using Ctm.Tests.Repository;

namespace Ctm.Tests.Ptx;

/// <summary>docs/gpu-kernels.md tells what the kernels are now.</summary>
internal sealed class GpuKernelTableTests
{
    private const string Document = "docs/gpu-kernels.md";

    [Test]
    public void Document_Table_IsUpToDate() => Assert.That(
        RepositoryFiles.Read(Document).ReplaceLineEndings("\n"),
        Is.EqualTo(GpuKernelTable.Text()),
        "Kernels have changed: run dotnet test -c Release --filter \"FullyQualifiedName~GpuKernelTableTests.Write\" and see what did.");

    [Test]
    [Explicit("Writes the document.")]
    public void Write() => File.WriteAllText(Path.Combine(RepositoryFiles.Root, Document), GpuKernelTable.Text());
}
