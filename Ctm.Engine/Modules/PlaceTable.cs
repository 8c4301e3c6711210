using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>A constant matrix that follows from the size of a feature map, kept on the device until the size changes.</summary>
internal sealed class PlaceTable : IDisposable
{
    private readonly int columns;
    private readonly Func<int, int, double[]> make;
    private DeviceBuffer<float>? values;
    private (int Height, int Width) size;

    /// <summary>Creates the table.</summary>
    /// <param name="set">Frees it.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="make">The values, row-major, of a map of a height and a width.</param>
    public PlaceTable(ParameterSet set, int columns, Func<int, int, double[]> make)
    {
        this.columns = columns;
        this.make = make;
        set.Own(this);
    }

    /// <summary>The matrix, without gradient.</summary>
    public Tensor Forward(Tape tape, int height, int width)
    {
        if (values is null || size != (height, width))
        {
            values?.Dispose();
            values = tape.Device.Allocate<float>(Array.ConvertAll(make(height, width), v => (float)v).AsSpan());
            size = (height, width);
        }

        Tensor output = tape.New(values.Length / columns, columns, needsGradient: false);
        tape.Device.Elementwise.Copy(values.View, output.Data);
        return output;
    }

    public void Dispose() => values?.Dispose();
}
