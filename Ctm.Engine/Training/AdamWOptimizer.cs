using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Engine.Training;

/// <summary>AdamW (Loshchilov and Hutter 2019), which without weight decay is Adam.</summary>
public sealed class AdamWOptimizer(ParameterSet set, TrainingOptions options) : Optimizer(set, options, "exp_avg", "exp_avg_sq")
{
    private protected override void Update(
        DeviceView<float> tensorSettings, DeviceView<float> gradientScale, long step, double learningRate) =>
        Set.Device.Optimizers.AdamW(
            Set.Values,
            Set.Gradients,
            Moment(0),
            Moment(1),
            tensorSettings,
            gradientScale,
            AdamWStep.At(step, learningRate, Options.Beta1, Options.Beta2, Options.Epsilon),
            Set.Layout);
}
