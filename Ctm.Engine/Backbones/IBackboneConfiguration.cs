namespace Ctm.Engine.Backbones;

/// <summary>What of a model's configuration makes its backbone.</summary>
internal interface IBackboneConfiguration
{
    /// <summary>Name of the backbone.</summary>
    string Backbone { get; }

    /// <summary>Channels of the input images.</summary>
    int ImageChannels { get; }

    /// <summary>Width of the features of a backbone that is a table of vectors.</summary>
    int InputWidth { get; }

    /// <summary>Channels of the <c>compact</c> backbone.</summary>
    int BackboneChannels { get; }

    /// <summary>Layers of the <c>compact</c> backbone.</summary>
    int BackboneLayers { get; }

    /// <summary>Stride of the <c>compact</c> backbone.</summary>
    int BackboneStride { get; }
}
