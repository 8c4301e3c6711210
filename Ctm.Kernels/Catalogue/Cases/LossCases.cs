using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class LossCases
{
    private const string Family = "Losses";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        LossShape shape = size.Losses;

        // One prediction of many classes, as of images: another kernel than that of many predictions of few.
        var single = new LossShape(size.Ticks, size.Batch, 1, size.Width);
        int samples = shape.Ticks * shape.Batch;
        double logits = 4.0 * shape.Logits;
        return
        [
            Evaluate("Evaluate", shape),
            Evaluate("EvaluateOneOfMany", single),
            new(Family, "ArgMax", 0, logits + (4.0 * shape.Predictions), b =>
            {
                DeviceView<float> x = b.Floats(shape.Logits);
                DeviceView<int> classes = b.IntegerOutput(shape.Predictions);
                return () => b.Device.Losses.ArgMax(x, classes, shape);
            }),
            new(Family, "MazeReach", 0, 4.0 * size.Batch * (size.Ticks + 1), b =>
            {
                DeviceView<int> prefix = b.Integers(samples, shape.Positions), reach = b.IntegerOutput(shape.Batch);
                return () => b.Device.Losses.MazeReach(prefix, reach, size.Ticks, size.Batch, 5);
            }),
            new(Family, "SelectTicks", 0, 4.0 * (shape.Predictions + (4.0 * samples) + (3.0 * shape.Batch)), b =>
            {
                DeviceView<float> losses = b.Floats(shape.Predictions, 0f, 1f), entropy = b.Floats(samples, 0f, 1f);
                DeviceView<float> ticks = b.Output(samples), perSample = b.Output(shape.Batch), loss = b.Output(1);
                DeviceView<int> first = b.IntegerOutput(shape.Batch), second = b.IntegerOutput(shape.Batch);
                return () => b.Device.Losses.SelectTicks(losses, entropy, default, ticks, first, second, perSample, loss, true, 0f, shape);
            }),
            TwoTickBackward("TwoTickBackward", shape),
            TwoTickBackward("TwoTickBackwardOneOfMany", single),
            new(Family, "CountCorrect", 0, 4.0 * size.Batch * (3 + shape.Positions + (shape.Positions * shape.Classes)), b =>
            {
                DeviceView<float> x = b.Floats(shape.Logits);
                DeviceView<int> targets = b.Integers(shape.Batch * shape.Positions, shape.Classes);
                DeviceView<int> tick = b.Integers(shape.Batch, shape.Ticks);
                DeviceView<int> correct = b.IntegerOutput(shape.Batch), solved = b.IntegerOutput(shape.Batch);
                return () => b.Device.Losses.CountCorrect(x, targets, tick, correct, solved, shape);
            }),
            new(Family, "NormalizedEntropyBackward", 0, (2 * logits) + (4.0 * samples), b =>
            {
                DeviceView<float> x = b.Floats(shape.Logits), dy = b.Floats(samples), dx = b.Output(shape.Logits);
                return () => b.Device.Losses.NormalizedEntropyBackward(x, dy, dx, shape);
            }),
        ];
    }

    private static KernelCase Evaluate(string name, LossShape shape) =>
        new(Family, name, LossKernels.EvaluateFlops(shape), LossKernels.EvaluateBytes(shape), b =>
        {
            DeviceView<float> logits = b.Floats(shape.Logits), losses = b.Output(shape.Predictions);
            DeviceView<float> entropy = b.Output(shape.Ticks * shape.Batch);
            DeviceView<int> targets = b.Integers(shape.Batch * shape.Positions, shape.Classes);
            DeviceView<int> prefix = b.IntegerOutput(shape.Ticks * shape.Batch);
            return () => b.Device.Losses.Evaluate(logits, targets, losses, entropy, prefix, shape);
        });

    private static KernelCase TwoTickBackward(string name, LossShape shape)
    {
        double bytes = 4.0 * shape.Batch * (2 + shape.Positions + ((shape.Ticks + 2.0) * shape.Positions * shape.Classes));
        return new(Family, name, 0, bytes, b =>
        {
            DeviceView<float> logits = b.Floats(shape.Logits), gradient = b.Output(shape.Logits);
            DeviceView<int> targets = b.Integers(shape.Batch * shape.Positions, shape.Classes);
            DeviceView<int> first = b.Integers(shape.Batch, shape.Ticks), second = b.Integers(shape.Batch, shape.Ticks);
            return () => b.Device.Losses.TwoTickBackward(logits, targets, first, second, default, gradient, 1f, 0f, shape);
        });
    }
}
