using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>What turns images into the feature map that a model attends to.</summary>
public interface IBackbone
{
    /// <summary>Channels of the feature map.</summary>
    int Channels { get; }

    /// <summary>Pixels across the feature map of images of a size.</summary>
    int MapSize(int imageSize);

    /// <summary>Places of the feature map of square images of a size.</summary>
    int Places(int imageSize) => MapSize(imageSize) * MapSize(imageSize);

    /// <summary>Features of a batch of images.</summary>
    FeatureMap Forward(Tape tape, FeatureMap images);
}
