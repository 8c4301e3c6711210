using Ctm.Engine.Models;
using Ctm.Tasks.Cores;

namespace Ctm.Tasks.Mazes;

/// <summary>
/// The paper's ablations on 15 x 15 mazes (appendix G.3): the CTM, and three models of as many parameters that lack a part of it. Widths and
/// depths are the printed ones. What the paper leaves open, which are heads, learning rate and dropout, is that of the preset
/// <c>small</c>. The LSTM has two layers, as its printed count tells, and all four are trained and read at their most certain tick.
/// </summary>
internal static class MazeAblations
{
    private const string Whole = "ablation", NoModels = "ablation-no-nlm", NoSynchronization = "ablation-no-sync", Lstm = "ablation-lstm-sync";

    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Names { get; } = [Whole, NoModels, NoSynchronization, Lstm];

    /// <summary>An ablation by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="small">The preset <c>small</c>.</param>
    public static MazeRecipe Of(string name, MazeRecipe small)
    {
        CtmConfiguration whole = (CtmConfiguration)small.Model with { OutputNeurons = 1024, ActionNeurons = 1024 };
        return small with
        {
            Model = name switch
            {
                NoModels => whole with { HasNeuronLevelModels = false, Neurons = 1045, SynapseDepth = 10 },
                NoSynchronization => whole with { HasSynchronization = false },
                Lstm => Baselines.Lstm(whole, width: 775) with
                {
                    Layers = 2,
                    OutputNeurons = whole.OutputNeurons,
                    ActionNeurons = whole.ActionNeurons,
                },
                _ => whole,
            },
        };
    }
}
