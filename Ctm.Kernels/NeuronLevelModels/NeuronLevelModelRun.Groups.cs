using Ctm.Kernels.Devices;

namespace Ctm.Kernels.NeuronLevelModels;

/// <content>Deep models of a batch on devices.</content>
internal sealed partial class NeuronLevelModelRun<TFloats, TInts, TStored, TTile, TForm>
{
    /// <summary>What launches ticks in thread groups; null where the body of one tile does everything.</summary>
    private GroupedTicks<TFloats, TInts, TStored>? NewGroupedTicks()
    {
        return TForm.IsDeep && GroupedModels.Serve(TTile.Count, executor.GroupThreads)
            ? new GroupedTicks<TFloats, TInts, TStored>(executor, sizes, training)
            : null;
    }

    private void ForwardInGroups(
        GroupedTicks<TFloats, TInts, TStored> ticks, int tick, DeviceView<float> preActivation, DeviceView<float> output) =>
        ticks.Forward(new GroupedForward<TFloats, TStored>
        {
            Parameters = TStored.Of(packed.View),
            History = TStored.Of(History),
            Outer = TFloats.Of(Outer),
            PreActivation = TFloats.Of(preActivation),
            Output = TFloats.Of(output),
            Tick = tick,
            OuterTick = tick % outerTicks,
        });

    private void BackwardInGroups(
        GroupedTicks<TFloats, TInts, TStored> ticks, int tick, DeviceView<float> outputGradient, DeviceView<float> preActivationGradient)
    {
        var body = new GroupedBackward<TFloats, TStored>
        {
            Parameters = TStored.Of(packed.View),
            History = TStored.Of(History),
            Outer = TFloats.Of(Outer),
            OutputGradient = TFloats.Of(outputGradient),
            Tick = tick,
            OuterTick = tick % outerTicks,
        };
        ticks.Backward(body, new GroupedGradients<TFloats, TStored>
        {
            Parameters = body.Parameters,
            History = body.History,
            HistoryGradient = TFloats.Of(historyGradient.View),
            PreActivationGradient = TFloats.Of(preActivationGradient),
            Gradients = TFloats.Of(packedGradients.View),
            Tick = tick,
            Fresh = fresh,
        });
    }
}
