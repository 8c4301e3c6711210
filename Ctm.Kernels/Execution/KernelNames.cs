using System.Reflection;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Execution;

/// <summary>
/// Names of kernels for people and files: the family, the body, and the type arguments that make it a kernel of its own, as in
/// <c>Reductions.ColumnSums.LayerNormTerm.Float4</c>. Memory of floats is the same for all and left out, memory in half precision is
/// <c>Half</c>.
/// </summary>
internal static class KernelNames
{
    public static string Of(MethodInfo method)
    {
        var parts = new List<string>();
        if (method.DeclaringType == typeof(IlgpuEntries))
        {
            Type body = method.GetGenericArguments()[0];
            parts.Add(FamilyOf(body));
            parts.AddRange(method.GetGenericArguments().SelectMany(PartsOf));
        }
        else
        {
            parts.Add(FamilyOf(method.DeclaringType!));
            parts.AddRange(PartsOf(method.DeclaringType!));
            parts.Add(method.Name);
            parts.AddRange(method.GetGenericArguments().SelectMany(PartsOf));
        }

        return string.Join('.', parts);
    }

    private static string FamilyOf(Type type) => type.Namespace![(type.Namespace!.LastIndexOf('.') + 1)..];

    private static IEnumerable<string> PartsOf(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ViewMemory<>))
        {
            return [];
        }

        if (type == typeof(HalfViewMemory))
        {
            return ["Half"];
        }

        return [type.Name.Split('`')[0], .. type.GetGenericArguments().SelectMany(PartsOf)];
    }
}
