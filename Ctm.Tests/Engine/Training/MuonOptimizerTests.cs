using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;

namespace Ctm.Tests.Engine.Training;

internal sealed class MuonOptimizerTests
{
    private static readonly TrainingOptions Options = new() { Steps = 10, LearningRate = 0.01, Optimizer = OptimizerKind.Muon, MuonRate = 0.3 };

    [Test]
    public void Create_Muon_IsNamedInOptions()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using TickModel model = MazeRecipe.Preset("smoke").Model.Create(device, 0);
        using var optimizer = Optimizer.Create(model.Parameters, Options);
        Assert.That(optimizer, Is.TypeOf<MuonOptimizer>());
    }

    [Test]
    public void Matrices_OfACtm_AreItsMapsBetweenVectors()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using TickModel model = MazeRecipe.Preset("quick").Model.Create(device, 0);
        Assert.That(
            model.Parameters.Parameters.Where(p => p.Matrices > 0).Select(p => (p.Name, p.Matrices)),
            Is.EqualTo(
                Enumerable.Range(1, 7).Select(i => ($"backbone.conv{i}.weight", 1)).Concat(
                [
                    ("kv_proj.0.weight", 1), ("q_proj.weight", 1), ("attention.in_proj_weight", 3), ("attention.out_proj.weight", 1),
                    ("synapses.1.weight", 2), ("output_projector.0.weight", 1),
                ])));
    }

    [Test]
    public void Step_ChangesEachMatrixByTheRate_AndOthersAsAdamWDoes()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using TickModel muon = MazeRecipe.Preset("smoke").Model.Create(device, 0), adam = MazeRecipe.Preset("smoke").Model.Create(device, 0);
        foreach (ParameterSet set in new[] { muon.Parameters, adam.Parameters })
        {
            device.Random.Normal(set.Gradients, 0f, 1e-3f, 5, 0);
        }

        using Optimizer first = new MuonOptimizer(muon.Parameters, Options), second = new AdamWOptimizer(adam.Parameters, Options);
        float[] start = muon.Parameters.Values.ToArray();
        first.Step(0.01);
        second.Step(0.01);
        float[] end = muon.Parameters.Values.ToArray(), other = adam.Parameters.Values.ToArray();
        foreach (Parameter p in muon.Parameters.Parameters)
        {
            Range range = p.Offset..(p.Offset + p.Length);
            if (p.Matrices == 0)
            {
                Assert.That(end[range], Is.EqualTo(other[range]), p.Name);
                continue;
            }

            double square = end[range].Zip(start[range], (a, b) => Math.Pow(a - b, 2)).Average();
            Assert.That(Math.Sqrt(square), Is.EqualTo(0.01 * 0.3).Within(0.01 * 0.3 * 0.3), p.Name);
        }
    }
}
