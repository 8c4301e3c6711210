using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Lstm;

/// <summary>
/// What an LSTM cell does with its four gates, behind the matrix products that make them (PyTorch's LSTMCell):
/// i, f, o = sigmoid and g = tanh of the pre-activations, newCell = f * cell + i * g, hidden = o * tanh(newCell). A row holds its
/// gates side by side in the order i, f, g, o.
/// </summary>
public abstract class LstmKernels
{
    private protected LstmKernels()
    {
    }

    /// <summary>Computes gates, cell and hidden state, all assigned.</summary>
    /// <param name="preActivations">Shape [rows, 4 * width].</param>
    /// <param name="cell">The cell state before, shape [rows, width].</param>
    /// <param name="gates">
    /// Receives the activated gates, shape [rows, 4 * width], for the backward pass; may be the place of the pre-activations.
    /// </param>
    /// <param name="newCell">Receives the cell state after, shape [rows, width].</param>
    /// <param name="hidden">Receives the hidden state, shape [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Width D of the states.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Forward(
        DeviceView<float> preActivations,
        DeviceView<float> cell,
        DeviceView<float> gates,
        DeviceView<float> newCell,
        DeviceView<float> hidden,
        int rows,
        int width);

    /// <summary>The gradient of <see cref="Forward"/>, assigned.</summary>
    /// <param name="gates">From <see cref="Forward"/>, shape [rows, 4 * width].</param>
    /// <param name="cell">The cell state before, shape [rows, width].</param>
    /// <param name="newCell">From <see cref="Forward"/>, shape [rows, width].</param>
    /// <param name="hiddenGradient">Shape [rows, width]; absent stands for 0.</param>
    /// <param name="newCellGradient">Shape [rows, width]; absent stands for 0.</param>
    /// <param name="preActivationGradient">Receives the gradient of the pre-activations, shape [rows, 4 * width].</param>
    /// <param name="cellGradient">Receives the gradient of the cell state before, shape [rows, width]; absent where not wanted.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Width D of the states.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Backward(
        DeviceView<float> gates,
        DeviceView<float> cell,
        DeviceView<float> newCell,
        DeviceView<float> hiddenGradient,
        DeviceView<float> newCellGradient,
        DeviceView<float> preActivationGradient,
        DeviceView<float> cellGradient,
        int rows,
        int width);

    /// <summary>Floating-point operations of <see cref="Forward"/>, an exponential counted as 12.</summary>
    public static double ForwardFlops(int rows, int width) => 80.0 * rows * width;

    /// <summary>Bytes that <see cref="Forward"/> must move: four gates in and out, three states.</summary>
    public static double ForwardBytes(int rows, int width) => 4.0 * 11 * rows * width;

    /// <summary>Floating-point operations of <see cref="Backward"/>, an exponential counted as 12.</summary>
    public static double BackwardFlops(int rows, int width) => 40.0 * rows * width;

    /// <summary>Bytes that <see cref="Backward"/> must move with all arguments: gates and their gradients, five states.</summary>
    public static double BackwardBytes(int rows, int width) => 4.0 * 13 * rows * width;
}
