using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.IR.Types;

namespace Ctm.Kernels.Execution;

/// <summary>
/// Guards against arguments that ILGPU reads elsewhere than .NET puts them. Within a context ILGPU 1.5.3 takes two structures for one when
/// their fields, those of nested structures among them, are the same in the same order, and it then lays out both as the first is nested.
/// Where a nested structure ends in padding, as behind a view and one integer, those are two layouts.
/// </summary>
internal static class ArgumentLayout
{
    /// <summary>Compares the places that ILGPU compiles a kernel's arguments with to those that they have.</summary>
    /// <param name="context">The context that the kernel is compiled in.</param>
    /// <param name="kernel">The entry method, for the message.</param>
    /// <param name="arguments">The type of its arguments.</param>
    /// <exception cref="NotSupportedException">When they differ.</exception>
    public static void Check(Context context, MethodInfo kernel, Type arguments)
    {
        IRTypeContext types = TypesOf(context);
        Places own = Measure(types, arguments), compiled = Measure(types.CreateType(arguments));
        if (compiled.Size != own.Size || !compiled.Fields.AsSpan().SequenceEqual(own.Fields))
        {
            throw new NotSupportedException(
                $"The arguments of kernel {KernelNames.Of(kernel)} take {own.Size} bytes, and ILGPU would read them as another structure "
                + $"of {compiled.Size} bytes that has the same fields but for padding: give {arguments.Name} another order of fields.");
        }
    }

    // As .NET has a structure.
    private static Places Measure(IRTypeContext types, Type type) => types.CreateType(type) is StructureType
        ? Join(type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(field => field.MetadataToken).Select(field => Measure(types, field.FieldType)))
        : Measure(types.CreateType(type));

    // As ILGPU nests it when it compiles.
    private static Places Measure(TypeNode node) => node switch
    {
        StructureType structure => Join(structure.DirectFields.Where(field => field is not PaddingType).Select(Measure)),
        ViewType => new Places(2 * sizeof(long), sizeof(long), [0]),
        _ => new Places(node.Size, node.Alignment, [0]),
    };

    // Field after field, each at a multiple of its alignment.
    private static Places Join(IEnumerable<Places> fields)
    {
        int end = 0, alignment = 1;
        var places = new List<int>();
        foreach (Places inner in fields)
        {
            int start = Align(end, inner.Alignment);
            places.AddRange(inner.Fields.Select(place => start + place));
            end = start + inner.Size;
            alignment = Math.Max(alignment, inner.Alignment);
        }

        return new Places(Align(end, alignment), alignment, [.. places]);
    }

    private static int Align(int place, int alignment) => (place + alignment - 1) / alignment * alignment;

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_TypeContext")]
    private static extern IRTypeContext TypesOf(Context context);

    private sealed record Places(int Size, int Alignment, int[] Fields);
}
