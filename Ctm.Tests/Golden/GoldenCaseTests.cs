using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Golden;

[TestFixture]
public sealed class GoldenCaseTests
{
    private static IEnumerable<GoldenCase> AllCases => GoldenFiles.All;

    [Test]
    public void GoldenGenerator_TestVector_IsReproduced()
    {
        float[] expected =
            [0.008469365537166595f, 0.00548301637172699f, 0.02798306941986084f, 0.04364334046840668f, -0.009126730263233185f];
        Assert.That(GoldenGenerator.Values(5, 7, -4), Is.EqualTo(expected));
        Assert.That(GoldenGenerator.Values(5, 7, -4, 1.0), Is.EqualTo(expected.Select(v => (float)(v + 1.0))));
    }

    [Test]
    public void GoldenFiles_Repository_HasEveryKindAndOnlyKnownPrefixes()
    {
        Assume.That(Environment.GetEnvironmentVariable(GoldenFiles.FolderVariable), Is.Null.Or.Empty);
        string[] runners = [.. GoldenFiles.All.Select(c => c.Runner).Distinct().Order(StringComparer.Ordinal)];
        Assert.That(runners, Is.EqualTo(new[]
        {
            "attention", "backbone", "certainty", "full", "loss", "nlm", "posemb", "rl", "schedulers", "sort_decode",
            "superlinear", "synapse", "sync", "sync_rl", "traj",
        }));
        Assert.That(GoldenFiles.ByRunner("loss").Count(), Is.EqualTo(14));
        Assert.That(
            GoldenFiles.All.SelectMany(c => c.Names).Select(n => n.Split('.')[0]).Distinct(),
            Is.EquivalentTo(new[] { "in", "param", "buffer", "gout", "out", "grad", "gin", "final" }));
    }

    [TestCaseSource(nameof(AllCases))]
    public void GoldenCase_ExpectedValuesThemselves_PassAndChangedOnesFail(GoldenCase golden)
    {
        string[] expected = [.. golden.Names.Where(n => n.Split('.')[0] is "out" or "grad" or "gin" or "final")];
        Assert.That(expected, Is.Not.Empty);
        foreach (string name in expected.Where(n => !golden.Metadata.Digests.ContainsKey(n)))
        {
            StateTensor tensor = golden.Tensor(name);
            if (tensor.Kind == StateTensorKind.Int64)
            {
                CheckIntegers(golden, name, tensor.Integers);
            }
            else
            {
                CheckFloats(golden, name, golden.Doubles(name));
            }
        }
    }

    [TestCaseSource(nameof(AllCases))]
    public void GoldenCase_StateAndGroups_CoverTheFile(GoldenCase golden)
    {
        StateDictionary state = golden.State();
        Assert.That(state.Names, Is.EquivalentTo(golden.Group("param.").Concat(golden.Group("buffer."))));
        foreach (string name in golden.Names)
        {
            Assert.That(golden.Has(name), name);
            Assert.That(golden.Shape(name).Aggregate(1L, (a, b) => a * b), Is.Positive, name);
        }

        foreach (string name in golden.Group("grad."))
        {
            Assert.That(golden.Shape("grad." + name), Is.EqualTo(state[name].Shape), name);
        }
    }

    [Test]
    public void GoldenCase_Digests_SeeAWrongElementInsideAndOutsideTheStoredRows()
    {
        using var folder = new Engine.Files.TemporaryFolder();
        float[] w = GoldenGenerator.Values(15, 3, 0);
        GoldenCase golden = DigestCase(folder["digest.safetensors"], w);
        golden.Verify("grad.w", w, [5, 3]);
        foreach (int at in new[] { 0, 4, 14 })
        {
            float[] wrong = (float[])w.Clone();
            wrong[at] += 0.01f;
            GoldenComparison comparison = golden.Compare("grad.w", wrong);
            Assert.That(comparison.Ok, Is.False, $"element {at}");
            Assert.That(comparison.Message, Does.StartWith("digest grad.w#row"));
        }

        (w[3], w[4]) = (w[4], w[3]);
        Assert.That(golden.Compare("grad.w", w).Ok, "sums, norms and stored rows do not see the order inside a row that is not stored");
        (w[0], w[1]) = (w[1], w[0]);
        Assert.That(golden.Compare("grad.w", w).Ok, Is.False);
        Assert.That(golden.Compare("grad.w", w.AsSpan(1)).Message, Does.Contain("14 values instead of 15"));
        Assert.That(golden.Compare("grad.w", w, [3, 5]).Message, Does.Contain("shape [3, 5] instead of [5, 3]"));
    }

    [Test]
    public void GoldenCase_NoiseRows_AreLeftOut()
    {
        using var folder = new Engine.Files.TemporaryFolder();
        SafetensorsWriter.Save(
            folder["noise.safetensors"],
            [SafetensorsTensor.Singles("final.param.b", [4], new float[] { 1, 2, 3, 4 })],
            [new("runner", "traj"), new("hyperparameters", "{}"), new("tolerances", """{"final.param.b":1e-6}"""),
                new("noise_slices", """{"final.param.b":[1,3]}""")]);
        GoldenCase golden = GoldenCase.Load(folder["noise.safetensors"]);
        golden.Verify("final.param.b", new float[] { 1, float.NaN, -7, 4 });
        GoldenComparison wrong = golden.Compare("final.param.b", new float[] { 1, 2, 3, 5 });
        Assert.That(wrong.Message, Is.EqualTo("noise final.param.b: error 1, tolerance 1e-06, [3] is 5 instead of 4"));
    }

    [Test]
    public void GoldenFiles_MissingFolder_IsAClearError()
    {
        using var folder = new Engine.Files.TemporaryFolder();
        Assert.That(
            () => GoldenFiles.LoadAll(folder["none"]), Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("CTM_GOLDEN_DIR"));
    }

    private static GoldenCase DigestCase(string path, float[] w)
    {
        double[][] rows = [.. w.Chunk(3).Select(r => Array.ConvertAll(r, v => (double)v))];
        SafetensorsWriter.Save(
            path,
            [
                SafetensorsTensor.Singles("param.w", [5, 3], new float[15]),
                SafetensorsTensor.Doubles("grad.w#rows", [3, 3], rows.Where((_, i) => i % 2 == 0).SelectMany(r => r).ToArray()),
                SafetensorsTensor.Doubles("grad.w#rowsum", [5], rows.Select(r => r.Sum()).ToArray()),
                SafetensorsTensor.Doubles("grad.w#rownorm", [5], rows.Select(r => Math.Sqrt(r.Sum(v => v * v))).ToArray()),
            ],
            [new("runner", "backbone"), new("hyperparameters", "{}"), new("digests", """{"grad.w":2}"""),
                new("tolerances", """{"grad.w#rows":1e-6,"grad.w#rowsum":1e-6,"grad.w#rownorm":1e-6}""")]);
        return GoldenCase.Load(path);
    }

    private static void CheckIntegers(GoldenCase golden, string name, long[] values)
    {
        golden.Verify(name, values, golden.Shape(name));
        golden.Verify(name, Array.ConvertAll(values, v => (float)v));
        values[^1]++;
        Assert.That(golden.Compare(name, values).Ok, Is.False, name);
        Assert.That(golden.Compare(name, Array.ConvertAll(values, v => (float)v)).Ok, Is.False, name);
    }

    private static void CheckFloats(GoldenCase golden, string name, double[] values)
    {
        golden.Verify(name, values, golden.Shape(name));
        double tolerance = golden.Metadata.Tolerances[name];
        Assert.That(tolerance, Is.Positive, name);
        double right = values[^1];
        values[^1] = right + (tolerance * 1.5);
        GoldenComparison off = golden.Compare(name, values);
        Assert.That(off.Ok, Is.False, name);
        Assert.That(off.MaxError, Is.EqualTo(tolerance * 1.5).Within(1e-3 * tolerance + 1e-15 * Math.Abs(right)), name);
        values[^1] = right + (tolerance * 0.5);
        Assert.That(golden.Compare(name, values).Ok, name);
        values[^1] = double.NaN;
        Assert.That(golden.Compare(name, values).Ok, Is.False, name);
        Assert.That(golden.Compare(name, values.AsSpan(1)).Ok, Is.False, name);
    }
}
