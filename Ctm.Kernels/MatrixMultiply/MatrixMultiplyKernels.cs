using Ctm.Kernels.Devices;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Matrix multiplication, C = op(A) op(B) + bias, in float32 with a fixed order of summation.</summary>
public abstract class MatrixMultiplyKernels
{
    private protected MatrixMultiplyKernels()
    {
    }

    /// <summary>Multiplies.</summary>
    /// <param name="a">A, stored [m, k] or, transposed, [k, m].</param>
    /// <param name="b">B, stored [k, n] or, transposed, [n, k].</param>
    /// <param name="c">C [m, n].</param>
    /// <param name="product">Shape and layout.</param>
    /// <param name="bias">Added to every row of C, shape [n]; absent for none.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Multiply(
        DeviceView<float> a, DeviceView<float> b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default);

    /// <summary>Multiplies by a packed B; transposition and layout of B in <paramref name="product"/> are ignored.</summary>
    /// <inheritdoc cref="Multiply(DeviceView{float}, DeviceView{float}, DeviceView{float}, in MatrixProduct, DeviceView{float})"/>
    public abstract void Multiply(
        DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default);

    /// <summary>Room for a packed B [k, n].</summary>
    /// <param name="k">Rows of B.</param>
    /// <param name="n">Columns of B.</param>
    /// <param name="precision">How the packed values are kept; the products are summed in float32.</param>
    public abstract PackedMatrix AllocatePacked(int k, int n, StoragePrecision precision = StoragePrecision.Single);

    /// <summary>Packs B, stored [k, n] or, transposed, [n, k].</summary>
    /// <param name="b">The stored values.</param>
    /// <param name="packed">Receives them.</param>
    /// <param name="transpose">True when stored [n, k].</param>
    /// <param name="leading">Distance between stored rows; 0 for dense.</param>
    public abstract void Pack(DeviceView<float> b, PackedMatrix packed, bool transpose, int leading = 0);
}
