using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using Ctm.Tasks.Runs;
using Ctm.Tests.Golden;

namespace Ctm.Tests.Fuzzing;

/// <summary>Damaged configurations of models and of runs, up to the check of their values.</summary>
[TestFixture]
internal sealed partial class JsonFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "null", "true", "\"\"", "0", "-1", "1e400", "1e-400", "2147483648", "0.1", "NaN", "\"ctm\"",
            "\"model\"",
        "\"\\ud800\"", "\"\\u0000\"", "//", "/*", "\"d_model\"", "\"recipe\"", "99999999999999999999999999", "\"first-last\"",
        new string('[', 100), string.Concat(Enumerable.Repeat("{\"a\":", 100)), "\"" + new string('x', 3000) + "\"",
    ];

    // One model of every kind that the golden files have, and the default.
    private static readonly string[] Models =
    [
        JsonFiles.ToText<ModelConfiguration>(MazeRecipe.Preset("smoke").Model),
        .. GoldenFiles.ByRunner("full").DistinctBy(g => g.HyperParameters.GetProperty("model_class").GetString()).Select(ToText),
    ];

    private static readonly string Run = JsonFiles.ToText(
        new RunConfiguration<MazeRecipe> { Task = "maze", Preset = "smoke", Device = "cpu", Recipe = MazeRecipe.Preset("smoke") });

    [Test]
    public void Parse_MutatedConfigurations_ThrowOnlyDocumentedExceptions() => Fuzz(FuzzRun.Few);

    [Test]
    [Explicit]
    [Category("Slow")]
    public void Parse_ManyMutatedConfigurations_ThrowOnlyDocumentedExceptions() => Fuzz(FuzzRun.Many);

    // As many files of each of the two forms.
    private static void Fuzz(int count)
    {
        FuzzRun.Run(
            count,
            20250507,
            random => Mutate(Models[random.Next(Models.Length)], random),
            bytes => JsonFiles.Parse<ModelConfiguration>(bytes, "fuzz").Validate(),
            e => e is JsonFileException or ModelConfigurationException);
        FuzzRun.Run(
            count,
            20250508,
            random => Mutate(Run, random),
            bytes => MazeSettings.Check(JsonFiles.Parse<RunConfiguration<MazeRecipe>>(bytes, "fuzz").Recipe),
            e => e is JsonFileException or ModelConfigurationException or TaskSettingException);
    }

    private static string ToText(GoldenCase golden)
    {
        JsonObject arguments = JsonNode.Parse(golden.HyperParameters.GetProperty("model_args").GetRawText())!.AsObject();
        arguments.Insert(0, "model", golden.HyperParameters.GetProperty("model_class").GetString());
        return arguments.ToJsonString();
    }

    private static byte[] Mutate(string text, Random random)
    {
        List<string> tokens = [.. Tokens().Matches(text).Select(m => m.Value)];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(tokens.Count), other = random.Next(tokens.Count);
            switch (random.Next(7))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    tokens[at] = Pieces[random.Next(Pieces.Length)];
                    break;
                case 3:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                case 4:
                    tokens.InsertRange(at, tokens.GetRange(other, Math.Min(random.Next(1, 12), tokens.Count - other)));
                    break;
                case 5:
                    // A number stays one, so that the checks of values are reached.
                    int number = tokens.FindIndex(at, t => char.IsDigit(t[0]));
                    tokens[number < 0 ? at : number] = $"{random.Next(-2, 70)}";
                    break;
                default:
                    tokens[at] = tokens[at].Length > 2 ? tokens[at].Remove(random.Next(1, tokens[at].Length - 1), 1) : tokens[at] + " ";
                    break;
            }
        }

        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(tokens));
        return random.Next(5) == 0 ? ByteMutations.Of(bytes, random) : bytes;
    }

    [GeneratedRegex("\"[^\"]*\"|[-0-9.eE+]+|[a-z]+|[\\[\\]{}:,]|\\s+")]
    private static partial Regex Tokens();
}
