using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// One tick of deep models on a device: appends the pre-activation to the history and writes z and the second GLU's input, as
/// <see cref="NeuronLevelModelForward{TFloats, TTile, TForm}"/> does.
/// </summary>
internal struct GroupedForward<TFloats, TStored> : IGroupKernel<GroupedForward<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    public TStored Parameters, History;
    public TFloats Outer, PreActivation, Output;
    public NeuronLevelModelSizes Sizes;
    public int Tick, OuterTick;

    public static void Run(GroupedForward<TFloats, TStored> body)
    {
        var shared = SharedMemory.Allocate<float>(GroupedModels.SharedFloats);
        NeuronLevelModelSizes sizes = body.Sizes;
        var place = new GroupedPlace(sizes, body.Tick);
        int step = sizes.Padded;
        TStored second = body.Parameters.Skip((sizes.W1Count + sizes.B1Count) * step);
        Float4 outerValue = Float4.Broadcast(0f), outerGate = Float4.Broadcast(0f);
        if (place.IsActive)
        {
            GroupedModels.SetColumn(body.History, place.Newest(sizes), step, GroupedModels.LoadRows(body.PreActivation, sizes, place));
            TStored bias = second.Skip(sizes.W2Count * step);
            outerValue = Float4.Broadcast(bias[place.Neuron]);
            outerGate = Float4.Broadcast(bias[step + place.Neuron]);
        }

        for (int unit = 0; unit < sizes.Hidden; unit += GroupedModels.Units)
        {
            HiddenTile hidden = GroupedModels.Hidden(shared, body.Parameters, body.History, sizes, place, unit);
            if (place.IsActive)
            {
                var glu = hidden.Value * Rows4<Float4>.Sigmoid(hidden.Gate);
                outerValue += OfRows(glu * GroupedModels.OfUnits(second, sizes, unit, 0, place.Neuron));
                outerGate += OfRows(glu * GroupedModels.OfUnits(second, sizes, unit, 1, place.Neuron));
            }
        }

        if (place.IsActive)
        {
            int outer = place.Outer(sizes, body.OuterTick);
            GroupedModels.SetColumn(body.Outer, outer, step, outerValue);
            GroupedModels.SetColumn(body.Outer, outer + (GroupedModels.Rows * step), step, outerGate);
            GroupedModels.StoreRows(body.Output, sizes, place, outerValue * Float4.Sigmoid(outerGate));
        }
    }

    /// <summary>Each row's sum.</summary>
    private static Float4 OfRows(Rows4<Float4> x) => new(Float4.Sum(x.R0), Float4.Sum(x.R1), Float4.Sum(x.R2), Float4.Sum(x.R3));
}
