using System.Globalization;
using System.Text.Json.Nodes;

namespace Ctm.Engine.Importing;

/// <summary>What the tensors of backbones and positional embeddings tell.</summary>
internal static class InputInference
{
    // models/resnet.py: blocks of each stage. The 152 of the reference has 4 blocks in its second stage.
    private static readonly (int Layers, bool IsBottleneck, int[] Blocks)[] ResNets =
    [
        (18, false, [2, 2, 2, 2]),
        (34, false, [3, 4, 6, 3]),
        (50, true, [3, 4, 6, 3]),
        (101, true, [3, 4, 23, 3]),
        (152, true, [3, 4, 36, 3]),
    ];

    /// <summary>The backbone.</summary>
    public static void Backbone(ConfigurationDraft draft) =>
        draft.Choose("backbone_type", BackboneSetting(draft), [.. Backbones(draft).Select(n => (JsonNode)n)]);

    /// <summary>The channels of the images, where the tensors tell them.</summary>
    public static void ImageChannels(ConfigurationDraft draft)
    {
        long? channels = draft.Axis("initial_rgb.weight", 1)
            ?? (draft.Below("backbone.conv2.").Any() ? draft.Axis("backbone.conv1.weight", 1) : null)
            ?? (IsShallowWide(draft) ? draft.Axis("backbone.layers.0.weight", 1) : null)
            ?? (HasNoBackbone(draft) ? draft.Axis("kv_proj.0.weight", 1) : null);
        if (channels is not null)
        {
            draft.Size("image_channels", channels);
        }
    }

    /// <summary>The positional embedding.</summary>
    public static void Positions(ConfigurationDraft draft)
    {
        const string Prefix = "positional_embedding.";
        string? name = draft.Below(Prefix).FirstOrDefault() is null ? "none"
            : draft.Axis(Prefix + "Wr.weight", 0) is not null ? "learnable-fourier"
            : draft.Axis(Prefix + "combination", 0) is not null ? "multi-learnable-fourier"
            : draft.Axis(Prefix + "start_vector", 0) is not null ? "custom-rotational"
            : draft.Axis(Prefix + "projection.weight", 0) is not null ? "custom-rotational-1d"
            : draft.Axis(Prefix + "weight", 0) is not null ? "learned"
            : null;
        draft.Choose("positional_embedding_type", draft.Setting("positional_embedding_type"), name is null ? [] : [name]);
    }

    /// <summary>The shape of a prediction: from the settings of the task, else from what the backbone is for.</summary>
    public static void PredictionReshaper(ConfigurationDraft draft, long outputs)
    {
        const string Key = "prediction_reshaper";
        (long Positions, long Classes) = (draft.Number("maze_route_length"), draft.Number("parity_sequence_length")) switch
        {
            ({ } route, _) => (route, 5),
            (_, { } length) => (length, 2),
            _ => (0, 0),
        };
        if (draft.Setting(Key) is { } setting)
        {
            draft.Take(Key, setting, null);
        }
        else if (Positions > 0 && Positions <= outputs && Positions * Classes == outputs)
        {
            draft.Add(Key, new JsonArray(Positions, Classes), ValueSource.File);
        }
        else if (draft.Text("dataset")?.StartsWith("mazes", StringComparison.Ordinal) == true && outputs % 5 == 0)
        {
            draft.Add(Key, new JsonArray(outputs / 5, 5), ValueSource.File);
        }
        else if (draft.Below("backbone.embedding.").Any() && outputs % 2 == 0)
        {
            draft.Add(Key, new JsonArray(outputs / 2, 2), ValueSource.Tensors);
        }
        else
        {
            draft.Add(Key, new JsonArray(-1), ValueSource.Default);
        }
    }

    /// <summary>The shape of a prediction of models that can only have one distribution.</summary>
    public static void OneDistribution(ConfigurationDraft draft)
    {
        JsonNode? setting = draft.Setting("prediction_reshaper");
        draft.Take("prediction_reshaper", setting, new JsonArray(-1));
    }

    /// <summary>The ticks of the parts of a question (tasks/qamnist/train.py has one setting for digits and question parts).</summary>
    public static void QuestionTicks(ConfigurationDraft draft)
    {
        foreach (string key in new[] { "iterations_per_digit", "iterations_per_question_part" })
        {
            draft.Take(key, draft.Setting(key, "q_num_repeats_per_input"), fallback: null, isRequired: true);
        }

        JsonNode? answering = draft.Setting("iterations_for_answering", "q_num_answer_steps");
        draft.Take("iterations_for_answering", answering, fallback: null, isRequired: true);
    }

    private static IEnumerable<string> Backbones(ConfigurationDraft draft)
    {
        if (draft.Axis("backbone.embedding.weight", 0) is not null)
        {
            return ["parity_backbone"];
        }

        if (IsShallowWide(draft))
        {
            return ["shallow-wide"];
        }

        int[] blocks =
        [
            .. Enumerable.Range(1, 4).Select(stage => $"backbone.layer{stage}.")
                .Select(prefix => draft.Below(prefix).Select(n => n.Split('.')[2]).Distinct().Count())
                .TakeWhile(count => count > 0),
        ];
        if (blocks.Length > 0)
        {
            bool isBottleneck = draft.Axis("backbone.layer1.0.conv3.weight", 0) is not null;
            return ResNets.Where(r => r.IsBottleneck == isBottleneck && r.Blocks.AsSpan().StartsWith(blocks))
                .Select(r => string.Create(CultureInfo.InvariantCulture, $"resnet{r.Layers}-{blocks.Length}"));
        }

        return draft.Axis("backbone.conv2.weight", 0) is not null ? ["compact"] : HasNoBackbone(draft) ? ["none"] : [];
    }

    private static bool HasNoBackbone(ConfigurationDraft draft) => !draft.Below("backbone.").Any();

    private static bool IsShallowWide(ConfigurationDraft draft) => draft.Axis("backbone.layers.3.weight", 3) is not null;

    // Old files have resnet_type resnet34 and resnet_feature_scales [.., stages] instead.
    private static JsonNode? BackboneSetting(ConfigurationDraft draft)
    {
        if (draft.Setting("backbone_type") is { } name || draft.Text("resnet_type") is not { } type)
        {
            return draft.Setting("backbone_type");
        }

        JsonNode? stages = draft.Setting("resnet_feature_scales") is JsonArray { Count: > 0 } scales ? scales[^1] : 4;
        return $"{type}-{stages?.ToJsonString()}";
    }
}
