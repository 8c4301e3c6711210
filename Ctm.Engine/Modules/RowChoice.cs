using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>Samples of a batch that go on in a smaller one.</summary>
/// <param name="Rows">Their rows in the batch before, shape [count].</param>
/// <param name="Before">Samples of the batch before.</param>
internal readonly record struct RowChoice(DeviceView<int> Rows, int Before)
{
    /// <summary>Samples that go on.</summary>
    public int Count => Rows.Length;

    /// <summary>What the chosen samples have of a tensor.</summary>
    /// <param name="next">The tape that they go on with.</param>
    /// <param name="tensor">Shape [before * rows a sample, columns].</param>
    /// <returns>Shape [count * rows a sample, columns].</returns>
    public Tensor Of(Tape next, Tensor tensor)
    {
        Tensor chosen = next.New(tensor.Rows / Before * Count, tensor.Columns, needsGradient: false);
        Of(next.Device, tensor.Data, chosen.Data);
        return chosen;
    }

    /// <summary>What the chosen samples have of memory, as much a sample.</summary>
    public void Of(ComputeDevice device, DeviceView<float> memory, DeviceView<float> chosen) =>
        device.Embedding.Forward(memory, Rows, chosen, Before, memory.Length / Before);
}
