using System.Globalization;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>Backbones by name.</summary>
internal static class BackboneFactory
{
    public static IBackbone Create(ParameterSet set, IBackboneConfiguration configuration)
    {
        string name = configuration.Backbone;
        if (name == "compact")
        {
            return new CompactBackbone(
                set, configuration.ImageChannels, configuration.BackboneChannels, configuration.BackboneLayers, configuration.BackboneStride);
        }

        string[] parts = name.Split('-');
        if (parts.Length == 2 && parts[0].StartsWith("resnet", StringComparison.Ordinal)
            && int.TryParse(parts[0].AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out int layers)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int stages)
            && layers is 18 or 34 or 50 or 101 or 152 && stages is >= 1 and <= 4)
        {
            return new ResNet(set, layers, stages, configuration.ImageChannels);
        }

        throw new ModelConfigurationException(
            $"backbone_type '{name}' is unknown: there are compact and resnetL-S with L 18, 34, 50, 101 or 152 and S 1 to 4.");
    }
}
