using Ctm.Engine.Files;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Engine.Training;

/// <summary>
/// Limits gradients by their global norm, or each tensor's by a quantile of its own past, or not at all. The gradients stay as
/// they are: the optimizer's step takes the factors, which never leave the device.
/// </summary>
internal sealed class GradientClipper : IDisposable
{
    private const string HistoryName = "norm_history";
    private readonly ParameterSet set;
    private readonly TrainingOptions options;
    private readonly DeviceBuffer<float> partial, norm, factors;
    private readonly DeviceBuffer<float>? history;

    public GradientClipper(ParameterSet set, TrainingOptions options)
    {
        this.set = set;
        this.options = options;
        ComputeDevice device = set.Device;
        bool hasQuantile = options.QuantileClip > 0;
        if (hasQuantile && options.GradientNorm > 0)
        {
            throw new ArgumentException("Gradients are clipped by gradient_norm or by quantile_clip: set one of them to 0.", nameof(options));
        }

        partial = device.Allocate<float>(set.Layout.ChunkCount);
        norm = device.Allocate<float>(1);
        factors = device.Allocate<float>(hasQuantile ? set.Layout.TensorCount : 1);
        device.Elementwise.Fill(norm.View, 0f);
        device.Elementwise.Fill(factors.View, 1f);
        if (hasQuantile)
        {
            history = device.Allocate<float>(checked(set.Layout.TensorCount * StepAt(0).HistoryLength));
            device.Elementwise.Fill(history.View, float.PositiveInfinity);
        }
    }

    /// <summary>Measures the gradients.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <returns>The factor of all gradients, or one for each tensor.</returns>
    public DeviceView<float> Run(long step)
    {
        OptimizerKernels kernels = set.Device.Optimizers;
        if (history is { } past)
        {
            kernels.QuantileClip(set.Gradients, partial.View, past.View, factors.View, norm.View, StepAt(step), set.Layout);
        }
        else
        {
            float limit = options.GradientNorm > 0 ? (float)options.GradientNorm : float.PositiveInfinity;
            kernels.GlobalNormClip(set.Gradients, partial.View, norm.View, factors.View, limit, set.Layout);
        }

        return factors.View;
    }

    /// <summary>Global norm of the latest gradients, before clipping; waits for the device.</summary>
    public double ReadNorm() => norm.View.ToArray()[0];

    /// <summary>Adds what the next steps depend on.</summary>
    public void Capture(StateDictionary state)
    {
        if (history is { } past)
        {
            state.Add(HistoryName, [set.Layout.TensorCount, StepAt(0).HistoryLength], past.View.ToArray());
        }
    }

    /// <summary>Takes over what was captured.</summary>
    public void Restore(StateDictionary state) => history?.View.CopyFrom(state[HistoryName].Singles);

    public void Dispose()
    {
        partial.Dispose();
        norm.Dispose();
        factors.Dispose();
        history?.Dispose();
    }

    private QuantileClipStep StepAt(long step) => new(options.QuantileClip, options.QuantileClipWindow, step);
}
