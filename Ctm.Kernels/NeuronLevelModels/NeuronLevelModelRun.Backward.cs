using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <content>The backward pass.</content>
internal sealed partial class NeuronLevelModelRun<TFloats, TInts, TStored, TTile, TForm>
{
    public override void BeginBackward(int tick, DeviceView<float> windowGradient)
    {
        CheckTraining();
        CheckRan(tick);
        Fill(TFloats.Of(historyGradient.View), CheckWindows(windowGradient), tick + 1, sizes.Neurons * sizes.Memory);
        (backwardTick, fresh) = (tick + 1, FreshSlots.None);
    }

    public override void Backward(int tick, DeviceView<float> outputGradient, DeviceView<float> preActivationGradient)
    {
        CheckTraining();
        CheckRan(tick);
        CheckMatrix(outputGradient, nameof(outputGradient));
        CheckMatrix(preActivationGradient, nameof(preActivationGradient));
        if (backwardTick == NoTick)
        {
            fresh = FreshSlots.All;
        }
        else if (tick != backwardTick - 1)
        {
            throw new ArgumentOutOfRangeException(nameof(tick), tick, $"Ticks go backward in order: the next is {backwardTick - 1}.");
        }

        if (grouped is not null)
        {
            BackwardInGroups(grouped, tick, outputGradient, preActivationGradient);
            (backwardTick, fresh) = (tick, FreshSlots.Oldest);
            return;
        }

        var body = new NeuronLevelModelBackward<TFloats, TTile, TForm>
        {
            Parameters = TFloats.Of(packed.View),
            ParameterGradients = TFloats.Of(packedGradients.View),
            History = TFloats.Of(History),
            HistoryGradient = TFloats.Of(historyGradient.View),
            Outer = TFloats.Of(Outer),
            Stage = TFloats.Of(stage.View),
            OutputGradient = TFloats.Of(outputGradient),
            PreActivationGradient = TFloats.Of(preActivationGradient),
            Sizes = sizes,
            Tick = tick,
            OuterTick = tick % outerTicks,
            OuterTicks = outerTicks,
            Parts = copies,
            Fresh = fresh,
        };
        bool aligned = Aligned.To4(sizes.Neurons, outputGradient, preActivationGradient);
        executor.Blocks(body, sizes.Neurons, copies, Work(Shape.BackwardFlops()), aligned);
        (backwardTick, fresh) = (tick, FreshSlots.Oldest);
    }

    public override void Finish(NeuronLevelModelParameters gradients, DeviceView<float> startTraceGradient)
    {
        CheckTraining();
        CheckBackwardIsDone();
        gradients.Validate(Shape, nameof(gradients));
        NeuronLevelModelParameters parameters = prepared!.Value;
        Unpack(First, gradients.W1, gradients.B1, parameters.T1, gradients.T1);
        if (TForm.IsDeep)
        {
            Unpack(Second, gradients.W2, gradients.B2, parameters.T2, gradients.T2);
        }

        if (!startTraceGradient.IsAbsent)
        {
            NeuronLevelModelParameters.Check(startTraceGradient, sizes.Neurons * sizes.Memory, nameof(startTraceGradient));
            var body = new StartTraceGradient<TFloats>
            {
                HistoryGradient = TFloats.Of(historyGradient.View),
                Gradient = TFloats.Of(startTraceGradient),
                Sizes = sizes,
            };
            int parts = sizes.Memory - 1;
            executor.Blocks(body, sizes.Neurons, parts, parts * sizes.Batch * Math.Max(4, executor.BlockWidth), Aligned.To4(sizes.Neurons));
        }

        prepared = null;
        backwardTick = NoTick;
    }

    public override void CopyStartWindowGradient(DeviceView<float> windowGradient)
    {
        CheckTraining();
        CheckBackwardIsDone();
        Read(TFloats.Of(historyGradient.View), CheckWindows(windowGradient), 0, 1);
    }
}
