using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Engine.Training;

/// <summary>
/// Muon (Jordan et al. 2024): the momentum of each matrix is orthogonalized, so that a step changes all of its directions alike, and scaled
/// to a root mean square of <see cref="TrainingOptions.MuonRate"/> learning rates, for all shapes the same (Liu et al. 2025). Matrices are
/// those of <see cref="Parameter.Matrices"/> with two rows and columns or more; all other parameters are AdamW's. <c>exp_avg</c> is a
/// matrix's momentum; its <c>exp_avg_sq</c> stays 0.
/// </summary>
public sealed class MuonOptimizer : Optimizer
{
    private readonly (Parameter Parameter, MatrixStack Stack)[] stacks;
    private readonly DeviceBuffer<float> directions, matrixRates, scratch;

    /// <summary>Creates the moments, arenas of zeros.</summary>
    /// <param name="set">The parameters.</param>
    /// <param name="options">How they are trained.</param>
    public MuonOptimizer(ParameterSet set, TrainingOptions options)
        : base(set, options, "exp_avg", "exp_avg_sq")
    {
        stacks = [.. set.Parameters.Select(p => (p, StackOf(p))).Where(s => s.Item2.Side > 1)];
        directions = set.Device.Allocate<float>(set.Values.Length);
        matrixRates = set.Device.Allocate<float>([.. set.Parameters.Select(RateOf)]);
        scratch = set.Device.Allocate<float>(stacks.Select(s => s.Stack.ScratchLength).DefaultIfEmpty(1).Max());
        set.Device.Elementwise.Fill(directions.View, 0f);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        directions.Dispose();
        matrixRates.Dispose();
        scratch.Dispose();
        base.Dispose();
    }

    private protected override void Update(
        DeviceView<float> tensorSettings, DeviceView<float> gradientScale, long step, double learningRate)
    {
        OptimizerKernels kernels = Set.Device.Optimizers;
        kernels.MuonMomentum(
            Set.Gradients, Moment(0), directions.View, matrixRates.View, gradientScale, (float)Options.MuonMomentum, Set.Layout);
        foreach ((Parameter parameter, MatrixStack stack) in stacks)
        {
            kernels.Orthogonalize(
                directions.Slice(parameter.Offset, parameter.Length), stack, Options.MuonIterations, scratch.View);
        }

        kernels.Muon(
            Set.Values,
            Set.Gradients,
            directions.View,
            matrixRates.View,
            Moment(0),
            Moment(1),
            tensorSettings,
            gradientScale,
            AdamWStep.At(step, learningRate, Options.Beta1, Options.Beta2, Options.Epsilon),
            Set.Layout);
    }

    private static MatrixStack StackOf(Parameter p) =>
        p.Matrices == 0 ? default : new(p.Matrices, p.Shape[0] / p.Matrices, p.Length / p.Shape[0]);

    // An orthogonal matrix's root mean square is 1 / sqrt of its longer side.
    private float RateOf(Parameter p) =>
        StackOf(p) is { Side: > 1 } stack ? (float)(Options.MuonRate * Math.Sqrt(Math.Max(stack.Rows, stack.Columns))) : 0f;
}
