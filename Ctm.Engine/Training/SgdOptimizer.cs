using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Training;

/// <summary>Stochastic gradient descent, with momentum where the options ask for it.</summary>
public sealed class SgdOptimizer(ParameterSet set, TrainingOptions options)
    : Optimizer(set, options, options.Momentum == 0 ? [] : ["momentum_buffer"])
{
    private protected override void Update(
        DeviceView<float> tensorSettings, DeviceView<float> gradientScale, long step, double learningRate) =>
        Set.Device.Optimizers.Sgd(
            Set.Values,
            Set.Gradients,
            Options.Momentum == 0 ? default : Moment(0),
            tensorSettings,
            gradientScale,
            (float)learningRate,
            (float)Options.Momentum,
            Set.Layout);
}
