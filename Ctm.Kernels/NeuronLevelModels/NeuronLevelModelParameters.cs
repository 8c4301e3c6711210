using Ctm.Kernels.Devices;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// The parameters of neuron-level models as the reference stores them (models/modules.py, SuperLinear), or their gradients. Of the 2H
/// outputs of the first layer, 0..H are the GLU's values and H..2H its gates.
/// </summary>
/// <param name="W1">Shape [M, 2H, D]; in the linear form [M, 2, D].</param>
/// <param name="B1">Shape [1, D, 2H]; in the linear form [1, D, 2].</param>
/// <param name="T1">Shape [1]: the temperature, which divides the first layer's output after the bias.</param>
/// <param name="W2">Shape [H, 2, D]; absent in the linear form.</param>
/// <param name="B2">Shape [1, D, 2]; absent in the linear form.</param>
/// <param name="T2">Shape [1]; absent in the linear form.</param>
public readonly record struct NeuronLevelModelParameters(
    DeviceView<float> W1,
    DeviceView<float> B1,
    DeviceView<float> T1,
    DeviceView<float> W2 = default,
    DeviceView<float> B2 = default,
    DeviceView<float> T2 = default)
{
    internal void Validate(NeuronLevelModelShape shape, string what)
    {
        (int d, int m, int h) = (shape.Neurons, shape.MemoryLength, shape.HiddenWidth);
        int first = h == 0 ? 2 : 2 * h;
        Check(W1, m * first * d, what + ".W1");
        Check(B1, d * first, what + ".B1");
        Check(T1, 1, what + ".T1");
        Check(W2, 2 * h * d, what + ".W2");
        Check(B2, h == 0 ? 0 : 2 * d, what + ".B2");
        Check(T2, h == 0 ? 0 : 1, what + ".T2");
    }

    internal static void Check(DeviceView<float> view, int length, string what)
    {
        if (view.Length != length)
        {
            throw new ArgumentException($"{what} has {view.Length} elements; the neuron-level models' shape asks for {length}.");
        }
    }
}
