using System.Globalization;
using System.Text;
using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Execution;
using Ctm.Tests.Ptx.Reading;

namespace Ctm.Tests.Ptx;

/// <summary>Writes docs/gpu-kernels.md.</summary>
internal static class GpuKernelTable
{
    private const string Architecture = "sm_90";

    public static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine(Head);
        Dictionary<string, (KernelCase Case, KernelLaunch Launch, int Launches)> atSize = Launches(KernelCaseSize.MazeMedium);
        text.AppendLine("| kernel | operation | groups x threads | launches | Mflop | MB | shared bytes | registers | hot loop |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach ((string name, PtxShape shape) in PtxListing.Of(Architecture).Where(kernel => atSize.ContainsKey(kernel.Key)))
        {
            (KernelCase one, KernelLaunch launch, int launches) = atSize[name];
            string costs = Invariant($"{launches} | {Figure(one.Flops / 1e6)} | {Figure(one.Bytes / 1e6)}");
            text.AppendLine(Invariant($"| {name} | {one.Name} | {Shape(launch)} | {costs} | {Code(shape)} |"));
        }

        text.AppendLine().AppendLine(OtherHead);
        text.AppendLine("| kernel | shared bytes | registers | hot loop |").AppendLine("|---|---|---|---|");
        foreach ((string name, PtxShape shape) in PtxListing.Of(Architecture).Where(kernel => !atSize.ContainsKey(kernel.Key)))
        {
            text.AppendLine(Invariant($"| {name} | {Code(shape)} |"));
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private const string Head = """
        # GPU kernels

        Every kernel as ILGPU compiles it for `sm_90`, made by `GpuKernelTableTests.Write` (an explicit test) and held up to date by its
        neighbour. `ctm ptx --arch sm_90 --out DIR` writes the PTX itself. Nothing here was measured: these are counts, taken from the
        compiled code and from the kernels' cost functions.

        A kernel's name is its family, its body, and the type arguments that make it a kernel of its own; `Float4` is the form that reads
        and writes vectors of four floats, `Float1` the one for sizes and places that are no multiples of four.

        - **operation, launches, Mflop, MB**: the first operation of the catalogue that launches the kernel, how many launches of all
          kernels together the operation takes, and what the whole operation computes and must move, at the sizes of the medium maze
          model: B 64, T 10, D 2048, M 25, H 32, P 2080, N 100, I 512 in 8 heads, 10 x 10 x 64 images.
        - **registers**: virtual ones, as declared: of 32-bit integers, floats, 64-bit integers (addresses) and predicates. The assembler
          reuses them, so that they bound the real number from above, far above in long kernels.
        - **hot loop**: the instructions of the innermost loop that lies deepest, of equals the one with most arithmetic; `(none)` stands
          for the whole of a kernel without loops. `fma` are multiply-adds: PTX writes a product and a sum without rounding between them,
          and the assembler makes one instruction of it. `flt` is other arithmetic on floats, `spc` exponentials, roots and divisions,
          `ld4` and `ld` loads from global memory, of four floats and of one, `lds` loads from shared memory (four floats in brackets),
          `st4`, `st` and `sts` stores, `bar` barriers, `oth` indices, comparisons, branches and moves.

        ## At the sizes of the medium maze model

        """;

    private const string OtherHead = """
        ## Other forms

        These are launched at other sizes only.

        """;

    private static Dictionary<string, (KernelCase Case, KernelLaunch Launch, int Launches)> Launches(KernelCaseSize size)
    {
        var found = new Dictionary<string, (KernelCase, KernelLaunch, int)>();
        foreach ((KernelCase one, IReadOnlyList<KernelLaunch> launches) in KernelCatalogue.LaunchesOfRuns(size))
        {
            foreach (KernelLaunch launch in launches)
            {
                found.TryAdd(launch.Name, (one, launch, launches.Count));
            }
        }

        return found;
    }

    private static string Shape(KernelLaunch launch)
    {
        string groups = launch.Grid.Y == 1 && launch.Grid.Z == 1
            ? $"{launch.Grid.X}"
            : launch.Grid.Z == 1 ? $"{launch.Grid.X} . {launch.Grid.Y}" : $"{launch.Grid.X} . {launch.Grid.Y} . {launch.Grid.Z}";
        return $"{groups} x {launch.Group.Size}";
    }

    private static string Code(PtxShape shape)
    {
        PtxKernel kernel = shape.Kernel;
        int Registers(params string[] types) => types.Sum(type => kernel.Registers.GetValueOrDefault(type));
        string registers = Invariant($"{Registers("b32")} + {Registers("f32")} + {Registers("b64")} + {Registers("pred")}");
        return Invariant($"{kernel.SharedBytes} | {registers} | {(shape.HasLoop ? string.Empty : "(none) ")}{Mix(shape.HotMix)}");
    }

    private static string Mix(PtxMix mix)
    {
        string shared = mix.SharedVectorLoads > 0 ? $"{mix.SharedLoads} ({mix.SharedVectorLoads})" : $"{mix.SharedLoads}";
        (string Name, int Count, string Text)[] parts =
        [
            ("fma", mix.MultiplyAdds, $"{mix.MultiplyAdds}"),
            ("flt", mix.OtherFloats, $"{mix.OtherFloats}"),
            ("spc", mix.Specials, $"{mix.Specials}"),
            ("ld4", mix.VectorLoads, $"{mix.VectorLoads}"),
            ("ld", mix.ScalarLoads, $"{mix.ScalarLoads}"),
            ("lds", mix.SharedLoads, shared),
            ("st4", mix.VectorStores, $"{mix.VectorStores}"),
            ("st", mix.ScalarStores, $"{mix.ScalarStores}"),
            ("sts", mix.SharedStores, $"{mix.SharedStores}"),
            ("bar", mix.Barriers, $"{mix.Barriers}"),
            ("oth", mix.Others, $"{mix.Others}"),
        ];
        return string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Text} {part.Name}"));
    }

    private static string Figure(double value) => value == 0 ? "-" : value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
