using System.Collections.Concurrent;
using Ctm.Kernels.Catalogue;
using Ctm.Tests.Ptx.Reading;

namespace Ctm.Tests.Ptx;

/// <summary>Every kernel of the catalogue, compiled once for an architecture and read.</summary>
internal static class PtxListing
{
    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyDictionary<string, PtxShape>>> Listings = [];
    private static readonly Lazy<IReadOnlyList<KernelEntry>> Catalogue = new(KernelCatalogue.Entries);

    public static IReadOnlyList<KernelEntry> Entries => Catalogue.Value;

    public static IReadOnlyDictionary<string, PtxShape> Of(string architecture) =>
        Listings.GetOrAdd(architecture, name => new(() => Compile(name))).Value;

    private static Dictionary<string, PtxShape> Compile(string architecture)
    {
        using var compiler = new PtxCompiler(architecture);
        return Entries.ToDictionary(entry => entry.Name, entry => new PtxShape(PtxReader.Read(compiler.Compile(entry))));
    }
}
