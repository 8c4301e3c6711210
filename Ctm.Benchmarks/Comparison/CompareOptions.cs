using System.Globalization;
using Ctm.Tasks;
using Ctm.Tasks.Cores;

namespace Ctm.Benchmarks.Comparison;

/// <summary>What the <c>compare</c> verb was asked for.</summary>
internal sealed record CompareOptions
{
    /// <summary>The usage, in one line.</summary>
    public const string Usage = "compare --config NAME [--ticks N] [--batch N] [--device D] [--threads N] [--checkpoint-ticks N] "
        + "[--repeats N] [--seconds S] [--peers reference,libtorch-best,onnxruntime|none] [--json FILE] [--profile]";

    /// <summary>The core, with the ticks and the batch that were asked for.</summary>
    public required ModelCore Core { get; init; }

    /// <summary>The engine's device; the peers run on the host.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of every side.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Ticks between checkpoints of the engine; 0 for none.</summary>
    public int CheckpointTicks { get; init; }

    /// <summary>Rounds that count, one step a side each.</summary>
    public int Repeats { get; init; } = 7;

    /// <summary>No further round begins after so many seconds; a round counts always.</summary>
    public double Seconds { get; init; } = double.PositiveInfinity;

    /// <summary>The peers, of <see cref="PeerNames"/>.</summary>
    public IReadOnlyList<string> Peers { get; init; } = PeerNames;

    /// <summary>Where the figures go as JSON; null for nowhere.</summary>
    public string? Json { get; init; }

    /// <summary>Whether to show where the engine's time goes.</summary>
    public bool Profile { get; init; }

    /// <summary>The peers that there are.</summary>
    public static IReadOnlyList<string> PeerNames { get; } = ["reference", "libtorch-best", "onnxruntime"];

    /// <summary>Reads arguments.</summary>
    /// <exception cref="TaskSettingException">When one is wrong; says what would be right.</exception>
    public static CompareOptions Parse(IReadOnlyList<string> arguments)
    {
        string? config = null, device = null, json = null;
        int? ticks = null, batch = null, threads = null, repeats = null, checkpointTicks = null;
        double? seconds = null;
        IReadOnlyList<string>? peers = null;
        bool profile = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            string option = arguments[i];
            if (option == "--profile")
            {
                profile = true;
                continue;
            }

            string Value() => ++i < arguments.Count ? arguments[i] : throw new TaskSettingException($"{option} needs a value: {Usage}");
            switch (option)
            {
                case "--config":
                    config = Value();
                    break;
                case "--device":
                    device = Value();
                    break;
                case "--json":
                    json = NewFile(option, Value());
                    break;
                case "--ticks":
                    ticks = Count(option, Value());
                    break;
                case "--batch":
                    batch = Count(option, Value());
                    break;
                case "--threads":
                    threads = Count(option, Value());
                    break;
                case "--checkpoint-ticks":
                    checkpointTicks = Count(option, Value());
                    break;
                case "--repeats":
                    repeats = Count(option, Value());
                    break;
                case "--seconds":
                    seconds = Number(option, Value());
                    break;
                case "--peers":
                    peers = Names(Value());
                    break;
                default:
                    throw new TaskSettingException($"'{option}' is unknown: {Usage}");
            }
        }

        var found = new CompareOptions
        {
            Core = ModelCore.Named(config ?? throw new TaskSettingException($"--config is missing: {Usage}")).With(ticks, batch),
            Json = json,
            Profile = profile,
        };
        return found with
        {
            Device = device ?? found.Device,
            Threads = threads ?? found.Threads,
            CheckpointTicks = checkpointTicks ?? found.CheckpointTicks,
            Repeats = repeats ?? found.Repeats,
            Seconds = seconds ?? found.Seconds,
            Peers = peers ?? found.Peers,
        };
    }

    /// <summary>A file to write when all is measured; its folder must be there before.</summary>
    /// <exception cref="TaskSettingException">When it is not.</exception>
    public static string NewFile(string option, string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && Directory.Exists(folder)
            ? path
            : throw new TaskSettingException($"{option} names a file in a folder that does not exist: '{path}'.");

    /// <summary>A whole number of 1 or more.</summary>
    /// <exception cref="TaskSettingException">When it is none.</exception>
    public static int Count(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new TaskSettingException($"{option} takes a whole number of 1 or more, not '{text}'.");

    private static double Number(string option, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0
            ? value
            : throw new TaskSettingException($"{option} takes a number above 0, not '{text}'.");

    private static string[] Names(string text)
    {
        string[] names = text == "none" ? [] : text.Split(',');
        return names.FirstOrDefault(n => !PeerNames.Contains(n)) is { } unknown
            ? throw new TaskSettingException($"There is no peer '{unknown}': there are {string.Join(", ", PeerNames)}, or none.")
            : names;
    }
}
