using System.Text.Json;
using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>What the golden checks share: loading parameters, running a module forward and backward, comparing gradients.</summary>
internal static class GoldenChecks
{
    public static ComputeDevice Device(string name) => TestDevices.Open(name);

    public static int Int(this GoldenCase golden, string name) => golden.HyperParameters.GetProperty(name).GetInt32();

    public static NeuronSelection Selection(string name) => name switch
    {
        "first-last" => NeuronSelection.FirstLast,
        "random" => NeuronSelection.Random,
        "random-pairing" => NeuronSelection.RandomPairing,
        _ => throw new ArgumentException(name),
    };

    /// <summary>Allocates the set and fills it from the file; every parameter and buffer of either side must be in the other.</summary>
    public static void Load(ParameterSet set, GoldenCase golden)
    {
        set.Allocate(1);
        ModelState.Restore(set, golden.State());
        set.ClearGradients();
    }

    /// <summary>A tensor that a gradient flows into, with these values.</summary>
    public static Tensor Input(Tape tape, float[] values, int rows)
    {
        Tensor tensor = tape.New(rows, values.Length / rows);
        tensor.Data.CopyFrom(values);
        return tensor;
    }

    /// <summary>The case's <c>in.x</c>, images [B, C, H, W] or sequences [B, L], as a map that a gradient flows into.</summary>
    public static FeatureMap Map(Tape tape, GoldenCase golden)
    {
        long[] shape = golden.Shape("in.x");
        int batch = (int)shape[0], channels = shape.Length == 2 ? 1 : (int)shape[1];
        int height = shape.Length == 2 ? 1 : (int)shape[2], width = (int)shape[^1];
        float[] values = ToChannelsLast(golden.Singles("in.x"), batch, channels);
        return new FeatureMap(Input(tape, values, batch * height * width), batch, height, width);
    }

    /// <summary>Sets the gradient of an output and walks back.</summary>
    public static void Backward(Tape tape, Tensor output, float[] gradient)
    {
        output.Gradient.CopyFrom(gradient);
        output.MarkGradient();
        tape.Backward();
    }

    /// <summary>Compares the gradient of every parameter.</summary>
    public static void VerifyGradients(GoldenCase golden, ParameterSet set)
    {
        Assert.Multiple(() =>
        {
            foreach (Parameter parameter in set.Parameters)
            {
                golden.Verify("grad." + parameter.Name, parameter.Gradient.ToArray());
            }
        });
    }

    /// <summary>Compares the buffers that the case expects after the call.</summary>
    public static void VerifyBuffers(GoldenCase golden, ParameterSet set)
    {
        StateDictionary after = ModelState.Capture(set);
        foreach (string name in golden.Group("out.buffer_after."))
        {
            if (after[name].Kind == StateTensorKind.Int64)
            {
                golden.Verify("out.buffer_after." + name, after[name].Integers);
            }
            else
            {
                golden.Verify("out.buffer_after." + name, after[name].Singles);
            }
        }
    }

    /// <summary>[B, C, pixels] to [B, pixels, C].</summary>
    public static float[] ToChannelsLast(float[] values, int batch, int channels)
    {
        int pixels = values.Length / (batch * channels);
        var result = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int b = i / (channels * pixels), c = i / pixels % channels, p = i % pixels;
            result[(((b * pixels) + p) * channels) + c] = values[i];
        }

        return result;
    }

    /// <summary>[B, pixels, C] to [B, C, pixels].</summary>
    public static float[] ToChannelsFirst(float[] values, int batch, int channels)
    {
        int pixels = values.Length / (batch * channels);
        return ToChannelsLast(values, batch, pixels);
    }

    /// <summary>[a, b] to [b, a], where an element is a run of values.</summary>
    public static float[] Swap(float[] values, int a, int b)
    {
        int run = values.Length / (a * b);
        var result = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int x = i / (b * run), y = i / run % b, r = i % run;
            result[(((y * a) + x) * run) + r] = values[i];
        }

        return result;
    }

    public static int[] Ints(long[] values) => [.. values.Select(v => checked((int)v))];

    public static bool IsTrue(this JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.GetBoolean();
}
