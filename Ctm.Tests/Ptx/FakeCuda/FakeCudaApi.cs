using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using ILGPU.Runtime.Cuda;

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>
/// Puts <see cref="FakeCudaDriver"/> in the place of ILGPU's binding to the CUDA driver. That binding is an abstract class whose functions
/// are internal, but ILGPU lets an assembly named ILGPURuntime see them: the one that it emits launchers into. So a class that derives from
/// it is emitted into an assembly of that name, and every function calls the one of the same name here. No native library is needed.
/// </summary>
internal static class FakeCudaApi
{
    /// <summary>Whether the fake driver is in place.</summary>
    public static bool IsInstalled { get; private set; }

    // Before anything of ILGPU has run: the JIT takes the binding for a constant once it has compiled a caller for good. A test run on a
    // real CUDA device keeps the real driver.
    [ModuleInitializer]
    internal static void Install()
    {
        if ((Environment.GetEnvironmentVariable("CTM_TEST_DEVICES") ?? string.Empty).Contains("cuda:", StringComparison.Ordinal))
        {
            return;
        }

        Type type = Emit();
        FieldInfo field = typeof(CudaAPI).GetField("<CurrentAPI>k__BackingField", BindingFlags.Static | BindingFlags.NonPublic)!;
        RuntimeHelpers.RunClassConstructor(typeof(CudaAPI).TypeHandle);
        var setter = new DynamicMethod("SetCudaApi", null, [typeof(CudaAPI)], typeof(CudaAPI), skipVisibility: true);
        ILGenerator il = setter.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Stsfld, field);
        il.Emit(OpCodes.Ret);
        setter.CreateDelegate<Action<CudaAPI>>()((CudaAPI)Activator.CreateInstance(type)!);
        IsInstalled = CudaAPI.CurrentAPI.GetType() == type;
    }

    private static Type Emit()
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("ILGPURuntime"), AssemblyBuilderAccess.Run);
        TypeBuilder type = assembly.DefineDynamicModule("FakeCuda").DefineType("FakeCudaApi", TypeAttributes.Sealed, typeof(CudaAPI));
        type.DefineDefaultConstructor(MethodAttributes.Public);
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (MethodInfo method in typeof(CudaAPI).GetMethods(all).Where(method => method.IsAbstract))
        {
            Override(type, method);
        }

        return type.CreateType();
    }

    // ILGPU's own enumerations that are not public are given as the integers that they are.
    private static Type Visible(Type type) => type is { IsEnum: true, IsVisible: false } ? Enum.GetUnderlyingType(type) : type;

    private static void Override(TypeBuilder type, MethodInfo method)
    {
        Type[] parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        MethodAttributes access = method.Attributes & (MethodAttributes.MemberAccessMask | MethodAttributes.SpecialName);
        MethodBuilder body = type.DefineMethod(
            method.Name, access | MethodAttributes.Virtual | MethodAttributes.HideBySig, method.ReturnType, parameters);
        ILGenerator il = body.GetILGenerator();
        if (method.Name == "get_IsSupported")
        {
            il.Emit(OpCodes.Ldc_I4_1);
        }
        else if (typeof(FakeCudaDriver).GetMethod(method.Name, [.. parameters.Select(Visible)]) is { } target)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                il.Emit(OpCodes.Ldarg, i + 1);
            }

            il.Emit(OpCodes.Call, target);
        }
        else
        {
            il.Emit(OpCodes.Ldstr, $"The PTX interpreter has no {method.Name}.");
            il.Emit(OpCodes.Newobj, typeof(NotSupportedException).GetConstructor([typeof(string)])!);
            il.Emit(OpCodes.Throw);
        }

        il.Emit(OpCodes.Ret);
    }
}
