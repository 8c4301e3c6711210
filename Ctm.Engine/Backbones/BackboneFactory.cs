using System.Globalization;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>Backbones by name.</summary>
internal static class BackboneFactory
{
    private const string Compact = "compact";

    /// <summary>Fails when there is no backbone of the name, or none of the sizes.</summary>
    /// <exception cref="ModelConfigurationException">Says what there is.</exception>
    public static void Check(IBackboneConfiguration configuration)
    {
        string name = configuration.Backbone;
        bool isKnown = name is PixelBackbone.Name or ParityBackbone.Name or ShallowWide.Name or MnistBackbone.Name or Compact;
        if (!isKnown && ResNetOf(name) is null)
        {
            throw new ModelConfigurationException(
                $"backbone_type '{name}' is unknown: there are {PixelBackbone.Name}, {ParityBackbone.Name}, {ShallowWide.Name}, "
                + $"{MnistBackbone.Name}, {Compact}, and resnetL-S with L 18, 34, 50, 101 or 152 and S 1 to 4.");
        }

        AtLeast(1, configuration.BackboneChannels, "backbone_channels");
        AtLeast(2, configuration.BackboneLayers, "backbone_layers");
        AtLeast(1, configuration.BackboneStride, "backbone_stride");

        static void AtLeast(int least, int value, string name)
        {
            if (value < least)
            {
                throw new ModelConfigurationException($"{name} is {value}, it must be {least} or more.");
            }
        }
    }

    /// <summary>Whether a backbone takes sequences instead of images.</summary>
    public static bool IsForSequences(string name) => name == ParityBackbone.Name;

    /// <summary>Creates the backbone of a configuration that has been checked.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="configuration">Names it, and gives its sizes.</param>
    public static IBackbone Create(ParameterSet set, IBackboneConfiguration configuration)
    {
        IBackboneConfiguration c = configuration;
        return c.Backbone switch
        {
            PixelBackbone.Name => new PixelBackbone(c.ImageChannels),
            ParityBackbone.Name => new ParityBackbone(set, c.InputWidth),
            ShallowWide.Name => new ShallowWide(set, c.ImageChannels),
            MnistBackbone.Name => new MnistBackbone(set, "backbone", c.ImageChannels, c.InputWidth),
            Compact => new CompactBackbone(set, c.ImageChannels, c.BackboneChannels, c.BackboneLayers, c.BackboneStride),
            _ when ResNetOf(c.Backbone) is (int layers, int stages) => new ResNet(set, layers, stages, c.ImageChannels),
            _ => throw new ArgumentException($"There is no backbone '{c.Backbone}'."),
        };
    }

    private static (int Layers, int Stages)? ResNetOf(string name)
    {
        const string prefix = "resnet";
        string[] parts = name.Split('-');
        return parts is [var network, ['1' or '2' or '3' or '4'] stages]
            && network.StartsWith(prefix, StringComparison.Ordinal)
            && network[prefix.Length..] is var layers and ("18" or "34" or "50" or "101" or "152")
            ? (int.Parse(layers, CultureInfo.InvariantCulture), stages[0] - '0')
            : null;
    }
}
