using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// One layer's parameters in the reference's layout and in the kernels': w [Inputs, 2 Units, Neurons] and [unit][input][value, gate],
/// b [Neurons, 2 Units] and [unit][value, gate]. Row r of the row kernels is row r of w, then output r - Inputs * 2 Units of b.
/// </summary>
internal struct PackedLayer
{
    // Blocked is 1 or 0, not a condition: ILGPU computes both sides of a small one, and a division by a BlockWidth of 0 on the side that is
    // not taken would let an OpenCL compiler take it for granted that it is the other.

    /// <summary>
    /// Blocked is 1 for [blocks, count, BlockWidth] and 0 where neurons are fastest, with BlockWidth 1; VectorStep is the floats from a
    /// vector to the next; WeightAt and BiasAt are the regions' first floats.
    /// </summary>
    public int Inputs, Units, Neurons, Padded, Blocked, BlockWidth, VectorStep, WeightAt, BiasAt;

    public readonly int Outputs => 2 * Units;

    public readonly int WeightRows => Inputs * Outputs;

    public readonly int Rows => WeightRows + Outputs;

    /// <summary>The packed place of row <paramref name="row"/> of w for a neuron.</summary>
    public readonly int Weight(int row, int neuron)
    {
        int input = row / Outputs, output = row - (input * Outputs), half = HalfOf(output), unit = output - (half * Units);
        return WeightAt + At((((unit * Inputs) + input) * 2) + half, WeightRows, neuron);
    }

    /// <summary>The packed place of an output's bias for a neuron.</summary>
    public readonly int Bias(int output, int neuron)
    {
        int half = HalfOf(output);
        return BiasAt + At(((output - (half * Units)) * 2) + half, Outputs, neuron);
    }

    // 0 for values, 1 for gates.
    private readonly int HalfOf(int output) => output < Units ? 0 : 1;

    private readonly int At(int vector, int count, int neuron)
    {
        int lane = neuron % BlockWidth;
        return ((neuron - lane) * (1 + (Blocked * (count - 1)))) + (vector * VectorStep) + lane;
    }
}

/// <summary>Packs a layer, divided by its temperature, and zeroes all copies of its packed gradients.</summary>
internal struct PackLayer<TFloats, TStored> : IRowKernel<PackLayer<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    public TFloats Weight, Bias, Temperature, Gradients;
    public TStored Packed;
    public PackedLayer Layer;
    public int Copies, CopyStep;

    public static void Run<TLanes, TTeam>(PackLayer<TFloats, TStored> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        PackedLayer layer = body.Layer;
        float temperature = body.Temperature[0];
        int output = row - layer.WeightRows;
        if (output < 0)
        {
            int start = row * layer.Neurons, width = TLanes.Width;
            for (int i = team.Index * width; i < layer.Padded; i += team.Count * width)
            {
                int at = layer.Weight(row, i);
                var weight = body.Weight.Load<TLanes>(start + i, start + layer.Neurons) / TLanes.Broadcast(temperature);
                body.Packed.Store(at, at + width, weight);
                for (int c = 0; c < body.Copies; c++, at += body.CopyStep)
                {
                    body.Gradients.Store(at, at + width, TLanes.Broadcast(0f));
                }
            }
        }
        else
        {
            for (int n = team.Index; n < layer.Padded; n += team.Count)
            {
                int at = layer.Bias(output, n);
                body.Packed[at] = n < layer.Neurons ? body.Bias[(n * layer.Outputs) + output] / temperature : 0f;
                for (int c = 0; c < body.Copies; c++, at += body.CopyStep)
                {
                    body.Gradients[at] = 0f;
                }
            }
        }
    }
}

/// <summary>
/// Adds a layer's packed gradients, all copies in order, to the parameters' gradients. With u = (w x + b) / T, the packed
/// parameters p = w / T, b / T have dT = -(1 / T) sum(du u) = -(1 / T) sum(dp p): Partial takes one row's sum(dp p).
/// </summary>
internal struct UnpackLayer<TFloats, TStored> : IRowKernel<UnpackLayer<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    public TFloats WeightGradient, BiasGradient, Temperature, Gradients, Partial;
    public TStored Packed;
    public PackedLayer Layer;
    public int Copies, CopyStep;

    public static void Run<TLanes, TTeam>(UnpackLayer<TFloats, TStored> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        PackedLayer layer = body.Layer;
        float temperature = body.Temperature[0];
        int output = row - layer.WeightRows;
        float partial = 0f;
        if (output < 0)
        {
            int start = row * layer.Neurons, end = start + layer.Neurons, width = TLanes.Width;
            var sum = TLanes.Broadcast(0f);
            for (int i = team.Index * width; i < layer.Padded; i += team.Count * width)
            {
                int at = layer.Weight(row, i);
                var packed = body.Packed.Load<TLanes>(at, at + width);
                var gradient = body.Gradients.Load<TLanes>(at, at + width);
                for (int c = 1; c < body.Copies; c++)
                {
                    at += body.CopyStep;
                    gradient += body.Gradients.Load<TLanes>(at, at + width);
                }

                sum = TLanes.MultiplyAdd(gradient, packed, sum);
                gradient = gradient / TLanes.Broadcast(temperature);
                body.WeightGradient.Store(start + i, end, body.WeightGradient.Load<TLanes>(start + i, end) + gradient);
            }

            partial = TLanes.Sum(sum);
        }
        else
        {
            for (int n = team.Index; n < layer.Neurons; n += team.Count)
            {
                int at = layer.Bias(output, n);
                float packed = body.Packed[at], gradient = body.Gradients[at];
                for (int c = 1; c < body.Copies; c++)
                {
                    at += body.CopyStep;
                    gradient += body.Gradients[at];
                }

                partial += gradient * packed;
                body.BiasGradient[(n * layer.Outputs) + output] += gradient / temperature;
            }
        }

        partial = team.Sum(partial);
        if (team.Index == 0)
        {
            body.Partial[row] = partial;
        }
    }
}

/// <summary>The temperature's gradient, from the rows' partial sums. One row.</summary>
internal struct TemperatureGradient<TFloats> : IRowKernel<TemperatureGradient<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Partial, Temperature, Gradient;
    public int Count;

    public static void Run<TLanes, TTeam>(TemperatureGradient<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        var sum = TLanes.Broadcast(0f);
        for (int i = team.Index * TLanes.Width; i < body.Count; i += team.Count * TLanes.Width)
        {
            sum += body.Partial.Load<TLanes>(i, body.Count);
        }

        float total = team.Sum(TLanes.Sum(sum));
        if (team.Index == 0)
        {
            body.Gradient[0] -= total / body.Temperature[0];
        }
    }
}
