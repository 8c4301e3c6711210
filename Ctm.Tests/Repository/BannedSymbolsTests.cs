using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ILGPU;
using ILGPU.Algorithms;
using NUnit.Framework;

namespace Ctm.Tests.Repository;

/// <summary>The list of calls that kernels must not make: it names real members, and the compiler refuses them.</summary>
[TestFixture]
internal sealed class BannedSymbolsTests
{
    private const string ListPath = "Ctm.Kernels/BannedSymbols.txt";
    private const string Package = "Microsoft.CodeAnalysis.BannedApiAnalyzers";

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, ListPath));

    [Test]
    public void List_EveryLine_HasReasonAndIsUnique()
    {
        Assert.That(Lines, Is.Not.Empty.And.All.Matches(@"^M:[^;]+;[A-Z].+\.$"));
        Assert.That(Lines.Select(line => line.Split(';')[0]), Is.Unique);
    }

    [Test]
    public void KernelProject_Build_UsesTheListAndItsAnalyzer()
    {
        var project = XDocument.Parse(RepositoryFiles.Read("Ctm.Kernels/Ctm.Kernels.csproj"));

        Assert.That(Included("AdditionalFiles"), Does.Contain("BannedSymbols.txt"));
        Assert.That(Included("PackageReference"), Does.Contain(Package));

        IEnumerable<string?> Included(string item) => project.Descendants(item).Select(element => (string?)element.Attribute("Include"));
    }

    /// <summary>An identifier with a slip in it would ban nothing, silently.</summary>
    [Test]
    public void List_EveryIdentifier_NamesAnExistingMember()
    {
        Assembly[] libraries = [typeof(MathF).Assembly, typeof(ArrayView<>).Assembly, typeof(XMath).Assembly];
        // The tensor library is not among the references of Ctm.Kernels today; its ban holds for the day it is.
        var known = libraries.SelectMany(library => library.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance))
            .Select(Identify).ToHashSet();
        var listed = Lines.Select(line => line.Split(';')[0])
            .Where(id => !id.StartsWith("M:System.Numerics.Tensors.", StringComparison.Ordinal));

        Assert.That(listed.Where(id => !known.Contains(id)), Is.Empty);
    }

    /// <summary>Compiles one use of each kind with the analyzer that Ctm.Kernels uses and its list.</summary>
    [Test]
    public void Compiler_BannedUses_AreRefusedLineByLine()
    {
        string[] banned =
        [
            "MathF.CopySign(x, 1f)", "MathF.FusedMultiplyAdd(x, x, x)", "MathF.Tanh(x)", "Math.Clamp(x, 0f, 1f)", "float.Clamp(x, 0f, 1f)",
            "(float)(ILGPU.Half)x", "v.AlignTo(16).Prefix.IntLength", "ILGPU.Atomic.Add(ref v[0], x)", "ILGPU.Algorithms.XMath.Tanh(x)",
        ];
        string[] allowed = ["MathF.Exp(x)", "ILGPU.IntrinsicMath.Clamp(x, 0f, 1f)", "ILGPU.Atomic.Add(ref n[0], 1)"];
        var folder = Directory.CreateTempSubdirectory("ctm-banned-").FullName;
        try
        {
            var source = Path.Combine(folder, "Probe.cs");
            const string parameters = "float x, ILGPU.ArrayView<float> v, ILGPU.ArrayView<int> n";
            var uses = banned.Concat(allowed).Select((use, i) => $"public static float U{i}({parameters}) => {use};");
            File.WriteAllLines(source, ["using System; using ILGPU.Runtime; public static class Probe {", .. uses, "}"]);

            var output = Compile(source, folder);
            var refused = Regex.Matches(output, @"Probe\.cs\((\d+),\d+\): error RS0030")
                .Select(match => int.Parse(match.Groups[1].Value)).Distinct();

            Assert.That(refused, Is.EquivalentTo(Enumerable.Range(2, banned.Length)), output);
            Assert.That(output, Does.Not.Contain("error CS"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the SDK's C# compiler directly: no restore, so no network.</summary>
    private static string Compile(string source, string folder)
    {
        var compiler = Path.Combine(SdkFolder(), "Roslyn", "bincore", "csc.dll");
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var runtime = RuntimeFolder();
        var references = trusted.Where(path => path.StartsWith(runtime, StringComparison.Ordinal)
            || Path.GetFileName(path) is "ILGPU.dll" or "ILGPU.Algorithms.dll");
        var response = Path.Combine(folder, "probe.rsp");
        File.WriteAllLines(response,
        [
            "/nologo", "/target:library", $"/out:\"{Path.Combine(folder, "Probe.dll")}\"", "/warnaserror:RS0030",
            .. AnalyzerFiles().Select(path => $"/analyzer:\"{path}\""),
            $"/additionalfile:\"{Path.Combine(RepositoryFiles.Root, ListPath)}\"",
            .. references.Select(path => $"/reference:\"{path}\""),
            $"\"{source}\"",
        ]);
        var start = new ProcessStartInfo("dotnet", ["exec", compiler, "/noconfig", $"@{response}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>The newest released SDK beside the runtime that runs this test.</summary>
    private static string SdkFolder()
    {
        // dotnet/shared/Microsoft.NETCore.App/VERSION and dotnet/sdk/VERSION
        var all = Path.GetFullPath(Path.Combine(RuntimeFolder(), "..", "..", "..", "sdk"));
        return Directory.GetDirectories(all)
            .MaxBy(folder => Version.TryParse(Path.GetFileName(folder), out var version) ? version : new Version())!;
    }

    private static string RuntimeFolder()
    {
        return Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    }

    /// <summary>The analyzer's assemblies in the package folder that the build used.</summary>
    private static string[] AnalyzerFiles()
    {
        var version = XDocument.Parse(RepositoryFiles.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(entry => (string?)entry.Attribute("Include") == Package).Attribute("Version")!.Value;
        var root = typeof(BannedSymbolsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "NuGetPackageRoot").Value!;
        return Directory.GetFiles(Path.Combine(root, Package.ToLowerInvariant(), version, "analyzers", "dotnet", "cs"), "*.dll");
    }

    /// <summary>The compiler's documentation identifier of a method.</summary>
    private static string Identify(MethodInfo method)
    {
        var arity = method.IsGenericMethodDefinition ? $"``{method.GetGenericArguments().Length}" : "";
        var parameters = method.GetParameters();
        var list = parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(parameter => Name(parameter.ParameterType)))})";
        var result = method.Name is "op_Explicit" or "op_Implicit" ? $"~{Name(method.ReturnType)}" : "";
        return $"M:{Name(method.DeclaringType!)}.{method.Name}{arity}{list}{result}";
    }

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        }

        if (type.IsByRef)
        {
            return $"{Name(type.GetElementType()!)}@";
        }

        if (type.IsConstructedGenericType)
        {
            var definition = Name(type.GetGenericTypeDefinition());
            return $"{definition[..definition.IndexOf('`')]}{{{string.Join(',', type.GenericTypeArguments.Select(Name))}}}";
        }

        return (type.FullName ?? type.Name).Replace('+', '.');
    }
}
