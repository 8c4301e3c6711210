using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>
/// The reference's ResNet, cut after 1 to 4 stages: a 1x1 convolution with bias to three channels in front
/// (<c>initial_rgb</c>), a 3x3 stem of stride 1, max pooling, then the stages; no average pooling and no classifier
/// (models/resnet.py). The 152-layer form has 4 blocks in its second stage where the usual one has 8.
/// </summary>
public sealed class ResNet : IBackbone
{
    private static readonly Dictionary<int, (bool Bottleneck, int[] Blocks)> Depths = new()
    {
        [18] = (false, [2, 2, 2, 2]),
        [34] = (false, [3, 4, 6, 3]),
        [50] = (true, [3, 4, 6, 3]),
        [101] = (true, [3, 4, 23, 3]),
        [152] = (true, [3, 4, 36, 3]),
    };

    private readonly Convolution2d? rgb;
    private readonly Convolution2d stem;
    private readonly BatchNorm stemNorm;
    private readonly MaxPool pool = new(3, 2, 1);
    private readonly List<ResidualBlock> blocks = [];
    private readonly int stages;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="layers">18, 34, 50, 101 or 152.</param>
    /// <param name="stages">How many stages are kept, 1 to 4.</param>
    /// <param name="inputChannels">Channels of the images.</param>
    /// <param name="hasRgb">Whether <c>initial_rgb</c> is in front, as in every model; without it the bare network takes three channels.</param>
    /// <param name="prefix">Prefix of the network's names: <c>backbone.</c> in a model.</param>
    public ResNet(ParameterSet set, int layers, int stages, int inputChannels, bool hasRgb = true, string prefix = "backbone.")
    {
        if (!Depths.TryGetValue(layers, out (bool Bottleneck, int[] Blocks) depth) || stages is < 1 or > 4)
        {
            throw new ArgumentException($"There is no resnet{layers}-{stages}: layers are 18, 34, 50, 101 or 152, stages 1 to 4.");
        }

        rgb = hasRgb ? new Convolution2d(set, "initial_rgb", inputChannels, 3, 1, 1, 0, hasBias: true) : null;
        stem = new Convolution2d(set, prefix + "conv1", 3, 64, 3, 1, 1, hasBias: false);
        stemNorm = new BatchNorm(set, prefix + "bn1", 64, relu: true);
        int channels = 64;
        this.stages = stages;
        for (int stage = 0; stage < stages; stage++)
        {
            int width = 64 << stage;
            for (int i = 0; i < depth.Blocks[stage]; i++)
            {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                blocks.Add(new ResidualBlock(set, $"{prefix}layer{stage + 1}.{i}", channels, width, stride, depth.Bottleneck));
                channels = depth.Bottleneck ? 4 * width : width;
            }
        }

        Channels = channels;
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int MapSize(int imageSize)
    {
        // The pooling halves, and so does every stage but the first; all have the padding of their kernel.
        int size = imageSize;
        for (int halvings = 0; halvings < stages; halvings++)
        {
            size = ((size - 1) / 2) + 1;
        }

        return size;
    }

    /// <inheritdoc/>
    public FeatureMap Forward(Tape tape, FeatureMap images)
    {
        FeatureMap x = rgb?.Forward(tape, images) ?? images;
        x = pool.Forward(tape, stemNorm.Forward(tape, stem.Forward(tape, x)));
        foreach (ResidualBlock block in blocks)
        {
            x = block.Forward(tape, x);
        }

        return x;
    }

    /// <summary>Two 3x3 convolutions, or 1x1-3x3-1x1 with four times the channels, and a skip around them.</summary>
    private sealed class ResidualBlock
    {
        private readonly Convolution2d[] convolutions;
        private readonly BatchNorm[] norms;
        private readonly Convolution2d? skip;
        private readonly BatchNorm? skipNorm;

        public ResidualBlock(ParameterSet set, string name, int inputs, int width, int stride, bool bottleneck)
        {
            int outputs = bottleneck ? 4 * width : width;
            (int Kernel, int Stride, int Outputs)[] shapes = bottleneck
                ? [(1, 1, width), (3, stride, width), (1, 1, outputs)]
                : [(3, stride, width), (3, 1, width)];
            convolutions = new Convolution2d[shapes.Length];
            norms = new BatchNorm[shapes.Length];
            int channels = inputs;
            for (int i = 0; i < shapes.Length; i++)
            {
                (int kernel, int step, int width2) = shapes[i];
                convolutions[i] = new Convolution2d(set, $"{name}.conv{i + 1}", channels, width2, kernel, step, kernel / 2, hasBias: false);

                // The last one's ReLU comes after the skip, which it adds.
                norms[i] = new BatchNorm(set, $"{name}.bn{i + 1}", width2, relu: true);
                channels = width2;
            }

            if (stride != 1 || inputs != outputs)
            {
                skip = new Convolution2d(set, name + ".downsample.0", inputs, outputs, 1, stride, 0, hasBias: false);
                skipNorm = new BatchNorm(set, name + ".downsample.1", outputs, relu: false);
            }
        }

        public FeatureMap Forward(Tape tape, FeatureMap input)
        {
            FeatureMap around = skip is null ? input : skipNorm!.Forward(tape, skip.Forward(tape, input));
            FeatureMap x = input;
            for (int i = 0; i < convolutions.Length; i++)
            {
                bool isLast = i == convolutions.Length - 1;
                x = norms[i].Forward(tape, convolutions[i].Forward(tape, x), isLast ? around.Tensor : null);
            }

            return x;
        }
    }
}
