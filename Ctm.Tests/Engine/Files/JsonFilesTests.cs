using System.Globalization;
using Ctm.Engine.Files;
using NUnit.Framework;

namespace Ctm.Tests.Engine.Files;

[TestFixture]
public sealed class JsonFilesTests
{
    private const string Good = """
        {
          "d_model": 32,
          "learning_rate": 0.001,
          "deep_nlms": true,
          "backbone_type": "resnet18-1",
          "neuron_select_type": "first-last",
          "prediction_reshaper": [9, 2],
          "dropout_nlm": null,
          "nested": { "steps": 5, "weights": { "a": 0.5 } }
        }
        """;

    private const string Telling = "{}[],:\"\\01eE.-ntfu \n";

    private enum Selection
    {
        FirstLast,
        RandomPairing,
    }

    [Test]
    public void WriteRead_Record_ReadsBackEqualInSnakeCase()
    {
        using var folder = new TemporaryFolder();
        CultureInfo before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = culture;
        try
        {
            Config config = new(-32, 1.0 / 3.0, Selection.RandomPairing, [9, 2], new Inner(7, [])) { DropoutNlm = 1e-20f };
            JsonFiles.Write(folder["c.json"], config);
            string text = File.ReadAllText(folder["c.json"]);
            Assert.That(text, Does.Contain("\"neuron_select_type\": \"random-pairing\"").And.Contain("\"d_model\": -32"));
            Assert.That(text, Does.Contain("0.3333333333333333"));
            Assert.That(text, Does.EndWith("}\n").And.Not.Contain("\r"));
            Config read = JsonFiles.Read<Config>(folder["c.json"]);
            Assert.That(JsonFiles.ToText(read), Is.EqualTo(text));
            Assert.That(read.LearningRate, Is.EqualTo(config.LearningRate));
            Assert.That(read.DropoutNlm, Is.EqualTo(1e-20f));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void Parse_Good_FillsTheRecordAndKeepsDefaults()
    {
        Config config = JsonFiles.Parse<Config>("\uFEFF" + Good, "c.json");
        Assert.That(config.DModel, Is.EqualTo(32));
        Assert.That(config.NeuronSelectType, Is.EqualTo(Selection.FirstLast));
        Assert.That(config.Nested.Weights["a"], Is.EqualTo(0.5));
        Assert.That(config.DropoutNlm, Is.Null);
        Assert.That(JsonFiles.Parse<Config>(Good.Replace("\"deep_nlms\": true,", string.Empty), "c").DeepNlms, Is.True);
    }

    [TestCase("\"d_model\": 32", "\"d_modle\": 32", "c.json, line 2: unknown key 'd_modle'; did you mean 'd_model'?")]
    [TestCase("\"steps\": 5", "\"steps\": 5, \"xyzzyxyzzy\": 1", "c.json, line 9: unknown key 'xyzzyxyzzy'; known are steps, weights")]
    [TestCase("\"d_model\": 32,", "", "c.json, line 1: the file lacks the required key 'd_model'")]
    [TestCase("\"steps\": 5,", "", "c.json, line 9: 'nested' lacks the required key 'steps'")]
    [TestCase("\"d_model\": 32", "\"d_model\": 32, \"d_model\": 33", "c.json, line 2: the key 'd_model' stands twice; it may stand once")]
    [TestCase("\"d_model\": 32", "\"d_model\": \"32\"", "line 2: 'd_model' is the text '32'; it must be a whole number from -2147483648")]
    [TestCase("\"d_model\": 32", "\"d_model\": 3.5", "line 2: 'd_model' is 3.5; it must be a whole number")]
    [TestCase("\"d_model\": 32", "\"d_model\": 99999999999", "line 2: 'd_model' is 99999999999; it must be a whole number")]
    [TestCase("0.001", "1e999", "line 3: 'learning_rate' is 1e999; it must be a float64 number")]
    [TestCase("0.001", "\"NaN\"", "line 3: 'learning_rate' is the text 'NaN'; it must be a float64 number")]
    [TestCase("\"dropout_nlm\": null", "\"dropout_nlm\": 1e39", "line 8: 'dropout_nlm' is 1e39; it must be a float32 number")]
    [TestCase("\"deep_nlms\": true", "\"deep_nlms\": 1", "line 4: 'deep_nlms' is 1; it must be true or false")]
    [TestCase("\"resnet18-1\"", "7", "line 5: 'backbone_type' is 7; it must be text in quotes")]
    [TestCase(
        "first-last", "first_last", "line 6: 'neuron_select_type' is the text 'first_last'; it must be one of first-last, random-pairing")]
    [TestCase("\"first-last\"", "1", "line 6: 'neuron_select_type' is 1; it must be one of first-last, random-pairing")]
    [TestCase("[9, 2]", "[9, \"x\"]", "line 7: an item of 'prediction_reshaper' is the text 'x'; it must be a whole number")]
    [TestCase("[9, 2]", "9", "line 7: 'prediction_reshaper' is 9; it must be a list in brackets")]
    [TestCase("{ \"a\": 0.5 }", "[]", "line 9: 'weights' is a list; it must be an object in braces")]
    [TestCase("{ \"a\": 0.5 }", "{ \"a\": true }", "line 9: 'a' is true; it must be a float64 number")]
    [TestCase("\"resnet18-1\"", "null", "c.json, line 5: 'backbone_type' is null; it needs a value")]
    [TestCase("\"d_model\": 32", "\"d_model\": null", "c.json, line 2: 'd_model' is null; it needs a value")]
    [TestCase("[9, 2]", "null", "c.json, line 7: 'prediction_reshaper' is null; it needs a value")]
    [TestCase("[9, 2]", "[9, null]", "c.json, line 7: ")]
    [TestCase("32,", "32", "c.json, line 3: ")]
    [TestCase("\"d_model\": 32", "\"d_model\": 32 // comment", "c.json, line 2: ")]
    public void Parse_OneFault_IsOneLineWithFileAndLine(string from, string to, string expected)
    {
        Assert.That(Good, Does.Contain(from));
        AssertFails(Good.Replace(from, to), expected);
    }

    [TestCase("", "c.json, line 1: ")]
    [TestCase("null", "c.json, line 1: the value is null; an object is needed")]
    [TestCase("[]", "c.json, line 1: the file is a list; it must be an object in braces")]
    [TestCase("{\"\\ud800\": 1}", "c.json, line 1: ")]
    public void Parse_NotAnObject_IsOneLine(string json, string expected)
    {
        AssertFails(json, expected);
    }

    [Test]
    public void Parse_EveryTruncation_IsAJsonFileException()
    {
        for (int length = 0; length < Good.Length; length++)
        {
            AssertFails(Good[..length], "c.json, line ");
        }
    }

    [Test]
    public void Parse_MutatedText_ThrowsOnlyTheDocumentedException()
    {
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            char[] text = Good.ToCharArray();
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                char replacement = random.Next(4) == 0 ? (char)random.Next(0x10000) : Telling[random.Next(Telling.Length)];
                text[random.Next(text.Length)] = replacement;
            }

            try
            {
                JsonFiles.Parse<Config>(new string(text), "c.json");
            }
            catch (JsonFileException e)
            {
                Assert.That(e.Message.AsSpan().IndexOfAny('\n', '\r'), Is.Negative, e.Message);
                refused++;
            }
        }

        Assert.That(refused, Is.InRange(1500, 2999));
    }

    [Test]
    public void Write_NotANumber_IsAnArgumentError()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => JsonFiles.Write(folder["x.json"], new Inner(1, new() { ["a"] = double.NaN })), Throws.ArgumentException);
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    private static void AssertFails(string json, string expected)
    {
        JsonFileException? e = Assert.Throws<JsonFileException>(() => JsonFiles.Parse<Config>(json, "c.json"));
        Assert.That(e!.Message, Does.StartWith("c.json, line ").And.Contains(expected).And.Not.Contains("\n"));
    }

    private sealed record Inner(int Steps, Dictionary<string, double> Weights);

    private sealed record Config(int DModel, double LearningRate, Selection NeuronSelectType, int[] PredictionReshaper, Inner Nested)
    {
        public string BackboneType { get; init; } = "none";

        public bool DeepNlms { get; init; } = true;

        public float? DropoutNlm { get; init; }
    }
}
