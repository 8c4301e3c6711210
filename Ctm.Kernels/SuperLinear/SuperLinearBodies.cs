using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.SuperLinear;

/// <summary>
/// output[p, q, d] = (bias[q, d] + sum over k of left * right) / T, all arrays with the neurons d innermost: the map, its gradient by the
/// input and its gradient by the weights, which differ in which of p, q and k an operand has. A row of the launch is one (p, q).
/// </summary>
internal struct NeuronwiseSum<TFloats> : IRowKernel<NeuronwiseSum<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Left, Right, Bias, Temperature, Output;
    public int Neurons, Columns, Count, HasBias, Accumulate;

    /// <summary>Steps in rows of neurons: of the left operand by p and k, of the right one by q and k.</summary>
    public int LeftRow, LeftStep, RightColumn, RightStep;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(NeuronwiseSum<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Neurons, p = row / body.Columns, q = row - (p * body.Columns);
        int leftStep = body.LeftStep * width, rightStep = body.RightStep * width;
        TFloats output = body.Output.Skip(row * width), bias = body.Bias.Skip(q * width);
        TFloats firstLeft = body.Left.Skip(p * body.LeftRow * width), firstRight = body.Right.Skip(q * body.RightColumn * width);
        var temperature = TLanes.Broadcast(body.Temperature[0]);
        for (int i = team.Index * TLanes.Width; i < width; i += team.Count * TLanes.Width)
        {
            var sum = TLanes.Broadcast(0f);
            if (body.HasBias != 0)
            {
                sum = bias.Load<TLanes>(i, width);
            }

            TFloats left = firstLeft, right = firstRight;
            for (int k = 0; k < body.Count; k++)
            {
                sum = TLanes.MultiplyAdd(left.Load<TLanes>(i, width), right.Load<TLanes>(i, width), sum);
                left = left.Skip(leftStep);
                right = right.Skip(rightStep);
            }

            sum /= temperature;
            output.Store(i, width, body.Accumulate != 0 ? output.Load<TLanes>(i, width) + sum : sum);
        }
    }
}

/// <summary>For each output of a neuron, over the samples in order: the bias's gradient, and the sum of gradient times output.</summary>
internal struct BiasGradient<TFloats> : IElementKernel<BiasGradient<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Output, OutputGradient, Temperature, Gradient, Products;
    public int Batch, Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(BiasGradient<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Broadcast(0f), product = sum;
        TFloats output = body.Output, gradient = body.OutputGradient;
        for (int b = 0; b < body.Batch; b++)
        {
            var g = gradient.Load<TLanes>(index, end);
            sum += g;
            product = TLanes.MultiplyAdd(g, output.Load<TLanes>(index, end), product);
            output = output.Skip(body.Length);
            gradient = gradient.Skip(body.Length);
        }

        body.Products.Store(index, end, product);
        sum /= TLanes.Broadcast(body.Temperature[0]);
        body.Gradient.Store(index, end, body.Gradient.Load<TLanes>(index, end) + sum);
    }
}

/// <summary>gradient -= sum / T: y is something over T, so its derivative by T is -y / T.</summary>
internal struct TemperatureGradient<TFloats> : IItemKernel<TemperatureGradient<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Sum, Temperature, Gradient;

    public static void Run(TemperatureGradient<TFloats> body, int item)
    {
        TFloats gradient = body.Gradient;
        gradient[item] -= body.Sum[item] / body.Temperature[item];
    }
}
