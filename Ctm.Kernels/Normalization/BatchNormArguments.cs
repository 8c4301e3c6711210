using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;

namespace Ctm.Kernels.Normalization;

/// <summary>What both forms of BatchNorm's backward take.</summary>
internal readonly ref struct BatchNormArguments(
    DeviceView<float> input,
    DeviceView<float> output,
    DeviceView<float> outputGradient,
    DeviceView<float> inputGradient,
    DeviceView<float> addendGradient,
    DeviceView<float> weight,
    DeviceView<float> weightGradient,
    DeviceView<float> biasGradient)
{
    public DeviceView<float> Input { get; } = input;

    public DeviceView<float> Output { get; } = output;

    public DeviceView<float> OutputGradient { get; } = outputGradient;

    public DeviceView<float> InputGradient { get; } = inputGradient;

    public DeviceView<float> AddendGradient { get; } = addendGradient;

    public DeviceView<float> Weight { get; } = weight;

    public DeviceView<float> WeightGradient { get; } = weightGradient;

    public DeviceView<float> BiasGradient { get; } = biasGradient;

    public DeviceView<float> Mean { get; init; }

    /// <summary>The reciprocal deviation, or the variance where statistics are constant.</summary>
    public DeviceView<float> Spread { get; init; }

    public int Rows { get; init; }

    public int Channels { get; init; }

    public bool Relu { get; init; }

    /// <summary>Whether the statistics are constants.</summary>
    public bool Constant { get; init; }

    public float Epsilon { get; init; }

    public bool Aligned =>
        Execution.Aligned.To4(Channels, Input, Output, OutputGradient, InputGradient, AddendGradient)
        && Execution.Aligned.To4(Channels, Weight, WeightGradient, BiasGradient, Mean, Spread);

    public void Check()
    {
        int length = Lengths.Of(Rows, Channels);
        Lengths.AtLeast(Input, length, "input");
        Lengths.AtLeast(OutputGradient, length, "outputGradient");
        Lengths.AtLeastIfPresent(InputGradient, length, "inputGradient");
        Lengths.AtLeastIfPresent(AddendGradient, length, "addendGradient");
        Lengths.AtLeast(Weight, Channels, "weight");
        Lengths.AtLeast(WeightGradient, Channels, "weightGradient");
        Lengths.AtLeast(BiasGradient, Channels, "biasGradient");
        if (Relu)
        {
            Lengths.AtLeast(Output, length, "output");
        }
    }
}
