using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;

namespace Ctm.Tests.Engine.Models;

/// <summary>Passes of models over random inputs: 1 and -1 in equal shares.</summary>
internal static class InputPasses
{
    /// <summary>Predictions, without recording.</summary>
    public static float[] Evaluate(TickModel model, int batch, int height, int width, int channels)
    {
        using var tape = new Tape(model.Device);
        tape.Begin(recording: false);
        return model.Forward(tape, Input(tape, batch, height, width, channels)).Predictions.Data.ToArray();
    }

    /// <summary>Predictions; the gradients of their sum of squares, halved, are added to those of the parameters.</summary>
    public static float[] Train(Tape tape, TickModel model, int batch, int height, int width, int channels)
    {
        tape.Begin(recording: true);
        Tensor predictions = model.Forward(tape, Input(tape, batch, height, width, channels)).Predictions;
        tape.Device.Elementwise.Copy(predictions.Data, predictions.Gradient);
        predictions.MarkGradient();
        tape.Backward();
        return predictions.Data.ToArray();
    }

    /// <summary>A map of 1 and -1, that a gradient flows into.</summary>
    public static FeatureMap Input(Tape tape, int batch, int height, int width, int channels)
    {
        var random = new Random(7);
        Tensor tensor = tape.New(batch * height * width, channels);
        tensor.Data.CopyFrom([.. Enumerable.Range(0, tensor.Length).Select(_ => random.Next(2) == 0 ? -1f : 1f)]);
        return new FeatureMap(tensor, batch, height, width);
    }
}
