using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
public sealed class StateDictionaryTests
{
    [Test]
    public void Match_SameTensorsInAnyOrder_Passes()
    {
        StateDictionary state = Example();
        Assert.That(() => state.Match(state.Specs.Reverse()), Throws.Nothing);
        Assert.That(() => state.Match(Example()), Throws.Nothing);
    }

    [Test]
    public void Match_EverythingWrong_ListsEveryMismatchOnce()
    {
        StateDictionary state = Example();
        state.Add("extra", [], new long[1]);
        StateTensorSpec[] expected =
        [
            new("q_proj.bias", [4], StateTensorKind.Single),
            new("w1", [3, 2], StateTensorKind.Single),
            new("mask", [3], StateTensorKind.Int64),
            new("left", [2], StateTensorKind.Int64),
            new("right", [2], StateTensorKind.Int64),
        ];
        CheckpointMismatchException? e = Assert.Throws<CheckpointMismatchException>(() => state.Match(expected));
        Assert.That(e!.Mismatches, Is.EqualTo(new[]
        {
            "missing: q_proj.bias, Single [4]",
            "unexpected: extra, Int64 []",
            "wrong shape: w1 is [2, 3], the model has [3, 2]",
            "wrong type: mask is Boolean, the model has Int64",
        }));
        Assert.That(e.Message, Does.StartWith("the checkpoint does not fit the model: missing: q_proj.bias").And.EndsWith("; and 1 more"));
        Assert.That(e.Message, Does.Not.Contain("\n"));
    }

    [Test]
    public void Match_SharedTensorStoredTwice_MustHoldEqualValues()
    {
        StateDictionary model = Example();
        StateDictionary copies = Example(shared: false);
        Assert.That(() => copies.Match(model), Throws.Nothing);
        copies["right"].Integers[1] = 9;
        Assert.That(
            () => copies.Match(model),
            Throws.TypeOf<CheckpointMismatchException>().With.Message.Contains("right and left are one tensor in the model"));
    }

    [Test]
    public void Add_UsedNameOrBadShapeOrBadAlias_IsAnArgumentError()
    {
        StateDictionary state = Example();
        Assert.That(() => state.Add("w1", [1], new float[1]), Throws.ArgumentException.With.Message.Contains("'w1'"));
        Assert.That(() => state.Add("new", [2, 2], new float[3]), Throws.ArgumentException.With.Message.Contains("asks for 4 values"));
        Assert.That(() => state.Add("new", [-1, -3], new float[3]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => state.AddAlias("other", "right"), Throws.ArgumentException, "an alias of an alias");
        Assert.That(() => state.AddAlias("other", "none"), Throws.ArgumentException);
        Assert.That(() => state.AddAlias("w1", "left"), Throws.ArgumentException);
        Assert.That(state.Count, Is.EqualTo(4));
        Assert.That(state.Aliases, Has.Count.EqualTo(1));
    }

    [Test]
    public void Indexer_UnknownNameOrWrongKind_SaysWhatThereIs()
    {
        StateDictionary state = Example();
        Assert.That(() =>
            state["w2"], Throws.TypeOf<KeyNotFoundException>().With.Message.EqualTo("there is no tensor 'w2'; the nearest name is 'w1'"));
        Assert.That(() => state["w1"].Integers, Throws.InvalidOperationException.With.Message.Contains("holds Single values"));
    }

    [Test]
    public void SaveLoad_AliasAndAllKinds_ReadBackBitEqualInOrder()
    {
        using var folder = new TemporaryFolder();
        StateDictionary state = Example();
        state["w1"].Singles[0] = float.NaN;
        StateDictionaryFile.Save(folder["m.safetensors"], state, [new("format", "pt")]);
        using (SafetensorsFile file = SafetensorsFile.Open(folder["m.safetensors"]))
        {
            Assert.That(file.Entries.Keys, Is.EqualTo(new[] { "w1", "left", "mask" }), "the alias is not stored");
            Assert.That(file.Metadata["right"], Is.EqualTo("left"));
        }

        StateDictionary read = StateDictionaryFile.Load(folder["m.safetensors"], out IReadOnlyDictionary<string, string> metadata);
        Assert.That(read.Names, Is.EqualTo(new[] { "w1", "left", "mask", "right" }));
        Assert.That(state.All(t => t.Value.SameAs(read[t.Key])));
        Assert.That(read["right"], Is.SameAs(read["left"]));
        Assert.That(metadata.Keys, Is.EqualTo(new[] { "format" }));
        Assert.That(() => read.Match(state), Throws.Nothing);
    }

    [Test]
    public void Save_MetadataThatReadsAsAlias_IsAnArgumentError()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => StateDictionaryFile.Save(folder["m"], Example(), [new("note", "left")]), Throws.ArgumentException);
        Assert.That(() => StateDictionaryFile.Save(folder["m"], Example(), [new("w1", "x")]), Throws.ArgumentException);
    }

    private static StateDictionary Example(bool shared = true)
    {
        var state = new StateDictionary
        {
            { "w1", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 } },
            { "left", [2], new long[] { 4, 2 } },
            { "mask", [3], new[] { true, false, true } },
        };
        if (shared)
        {
            state.AddAlias("right", "left");
        }
        else
        {
            state.Add("right", [2], new long[] { 4, 2 });
        }

        return state;
    }
}
