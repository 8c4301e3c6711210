using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Importing;

/// <summary>Small models to import.</summary>
internal static class ImportSamples
{
    public static CtmConfiguration Configuration { get; } = new()
    {
        Ticks = 3,
        Neurons = 24,
        InputWidth = 8,
        Heads = 2,
        OutputNeurons = 6,
        ActionNeurons = 5,
        SynapseDepth = 1,
        MemoryLength = 4,
        HiddenWidth = 3,
        Backbone = "resnet18-1",
        OutputWidth = 20,
        PredictionReshaper = [4, 5],
        NeuronSelection = NeuronSelection.FirstLast,
    };

    /// <summary>The host.</summary>
    public static ComputeDevice Device => TestDevices.Open("cpu");

    /// <summary>The tensors of a model of a shape, every float with values of its own.</summary>
    public static StateDictionary State(CtmConfiguration configuration)
    {
        using ContinuousThoughtMachine model = configuration.Create(Device, seed: 7);
        return ModelState.Capture(model.Parameters);
    }

    /// <summary>The settings of a training script with legacy names.</summary>
    public static KeyValuePair<string, object?>[] Settings(CtmConfiguration c) =>
    [
        new("model", "ctm"), new("dataset", "mazes-small"), new("maze_route_length", c.Positions), new("iterations", c.Ticks),
            new("heads", c.Heads),
        new("deep_memory", c.DeepNeuronLevelModels), new("do_normalisation", c.NormalizeHistory), new("memory_hidden_dims", c.HiddenWidth),
        new("dropout", (double)c.Dropout), new("resnet_type", c.Backbone.Split('-')[0]),
        new("resnet_feature_scales", Enumerable.Range(1, c.Backbone[^1] - '0').Select(i => (object?)i).ToArray()),
        new("lr", 1e-4), new("device", new object?[] { -1 }), new("reload", false),
    ];

    /// <summary>The state without a tensor, or with another in its place.</summary>
    public static StateDictionary Replace(StateDictionary state, string name, StateTensor? other)
    {
        var changed = new StateDictionary();
        foreach ((string key, StateTensor tensor) in state)
        {
            if (key != name)
            {
                changed.Add(key, tensor);
            }
            else if (other is not null)
            {
                changed.Add(key, other);
            }
        }

        return changed;
    }
}
