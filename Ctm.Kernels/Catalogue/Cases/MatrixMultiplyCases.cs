using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class MatrixMultiplyCases
{
    private const string Family = "MatrixMultiply";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        (int batch, int inputs, int columns) = (size.Batch, size.Neurons + size.Width, size.Columns);
        var forward = new MatrixProduct(batch, columns, inputs) { TransposeB = true };
        var tokens = new MatrixProduct(size.Tokens, columns, inputs);
        var large = new MatrixProduct(size.Ticks * size.Tokens, columns, inputs) { Side = MatrixTile.LargeSide };
        return
        [
            Product("Forward", forward, hasBias: true),
            Product("BackwardInput", new MatrixProduct(batch, inputs, columns)),
            Product("BackwardWeights", new MatrixProduct(columns, inputs, size.Ticks * batch) { TransposeA = true, Accumulate = true }),
            Product(
                "Batched",
                new MatrixProduct(size.Tokens, size.Tokens, size.Width)
                {
                    TransposeB = true,
                    Batch = batch,
                    StrideA = size.Tokens * size.Width,
                    StrideB = size.Tokens * size.Width,
                    StrideC = size.Tokens * size.Tokens,
                }),
            Product("BothTransposed", tokens with { TransposeA = true, TransposeB = true }),
            Product("SplitSteps", tokens with { Splits = 3 }, hasBias: true),
            .. Sliced("SlicedTile", tokens with { Side = MatrixTile.SlicedSide }),
            .. Sliced("NarrowTile", tokens with { Side = MatrixTile.NarrowSide }),
            Product("LargeTile", large),
            Product("LargeTileForward", large with { TransposeB = true }, hasBias: true),
            Product("LargeTileWeights", large with { TransposeA = true, Accumulate = true }),
            Product("LargeTileBothTransposed", large with { TransposeA = true, TransposeB = true }),
            Packed("ForwardPacked", forward, StoragePrecision.Single),
            .. Half(string.Empty, new MatrixProduct(batch, inputs, columns), forward),
            .. Half("SlicedTile", tokens with { Side = MatrixTile.SlicedSide }),
            .. Half("NarrowTile", tokens with { Side = MatrixTile.NarrowSide }),
            .. Half("LargeTile", large),
        ];
    }

    // Both operands in both orders.
    private static IEnumerable<KernelCase> Sliced(string name, MatrixProduct product) =>
    [
        Product(name, product),
        Product(name + "Forward", product with { TransposeB = true }, hasBias: true),
        Product(name + "Weights", product with { TransposeA = true, Accumulate = true }),
        Product(name + "BothTransposed", product with { TransposeA = true, TransposeB = true }),
    ];

    // B is packed in the orders that layers need, forward and backward.
    private static IEnumerable<KernelCase> Half(string tile, MatrixProduct backward, MatrixProduct? forward = null) =>
    [
        Packed(tile + "ForwardHalf", forward ?? backward with { TransposeB = true }, StoragePrecision.Half),
        Packed(tile + "BackwardInputHalf", backward, StoragePrecision.Half),
    ];

    private static KernelCase Packed(string name, MatrixProduct product, StoragePrecision precision)
    {
        MatrixProduct kept = product with { PrecisionB = precision };
        return new(Family, name, kept.Flops, kept.Bytes, b =>
        {
            DeviceView<float> left = b.Floats(product.M * product.K), right = b.Floats(product.K * product.N);
            DeviceView<float> result = b.Output(product.M * product.N), bias = b.Floats(product.N);
            PackedMatrix packed = b.Keep(b.Device.MatrixMultiply.AllocatePacked(product.K, product.N, precision));
            b.Device.MatrixMultiply.Pack(right, packed, product.TransposeB);
            return () => b.Device.MatrixMultiply.Multiply(left, packed, result, product, bias);
        });
    }

    private static KernelCase Product(string name, MatrixProduct product, bool hasBias = false) =>
        new(Family, name, product.Flops, product.Bytes, b =>
        {
            int times = Math.Max(1, product.Batch);
            DeviceView<float> left = b.Floats(times * product.M * product.K), right = b.Floats(times * product.K * product.N);
            DeviceView<float> result = product.Accumulate
                ? b.Floats(times * product.M * product.N)
                : b.Output(times * product.M * product.N);
            DeviceView<float> bias = hasBias ? b.Floats(product.N) : default;
            return () => b.Device.MatrixMultiply.Multiply(left, right, result, product, bias);
        });
}
