using Ctm.Engine.Files;
using Ctm.Tasks.Cores;

namespace Ctm.Benchmarks.Comparison;

/// <summary>What all sides of a comparison start from: one batch, and one set of weights.</summary>
/// <param name="Core">The core.</param>
/// <param name="Features">Shape [B * tokens, channels], about normal.</param>
/// <param name="Targets">Class numbers, [B, positions].</param>
/// <param name="Weights">Parameters and index buffers, under the reference's names.</param>
internal sealed record CoreData(ModelCore Core, float[] Features, int[] Targets, StateDictionary Weights)
{
    private const int Seed = 1;

    /// <summary>The values of a batch; the same at every call.</summary>
    public static (float[] Features, int[] Targets) Batch(ModelCore core)
    {
        var random = new Random(Seed);
        var features = new float[core.Batch * core.Tokens * core.Model.ImageChannels];
        for (int i = 0; i < features.Length; i++)
        {
            // A sum of four uniform values, with variance 1.
            double sum = random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2;
            features[i] = (float)(sum * Math.Sqrt(3));
        }

        var targets = new int[core.Batch * core.Model.Positions];
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = random.Next(core.Model.Classes);
        }

        return (features, targets);
    }
}
