using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>A core in libtorch: what its two versions share is the loss, the optimizer and the bookkeeping.</summary>
internal abstract class TorchSide : ITrainingSide
{
    private readonly Tensor features, targets;
    private readonly AdamW optimizer;
    private DisposeScope? step;
    private Tensor? loss, predictions;

    protected TorchSide(CoreData data)
    {
        Data = data;
        Weights = new TorchWeights(data.Weights);
        long batch = data.Core.Batch;
        features = tensor(data.Features, [batch, data.Core.Tokens, data.Core.Model.ImageChannels]).DetachFromDisposeScope();
        targets = tensor(data.Targets.Select(t => (long)t).ToArray(), [batch, data.Core.Model.Positions]).DetachFromDisposeScope();
        optimizer = new AdamW(Weights.Parameters, EngineSide.LearningRate, weight_decay: 0);
    }

    public abstract string Name { get; }

    public string Version => TorchLibrary.Version;

    protected CoreData Data { get; }

    protected TorchWeights Weights { get; }

    public void Forward()
    {
        Begin();
        (Tensor answers, Tensor certainty) = Think(features);
        loss = TorchLoss.Forward(Data.Core, answers, certainty, targets).DetachFromDisposeScope();
    }

    public void Backward()
    {
        loss!.backward();
        step!.Dispose();
        step = null;
    }

    public void Differentiate(float[] predictionGradients)
    {
        Begin();
        (Tensor answers, _) = Think(features);
        Tensor byTick = answers.permute(2, 0, 1);
        using Tensor gradient = tensor(predictionGradients, byTick.shape);
        autograd.backward([byTick], [gradient]);
        step!.Dispose();
        step = null;
    }

    public void Optimize()
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.step();
    }

    public void Infer()
    {
        predictions?.Dispose();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        predictions = Think(features).Predictions.DetachFromDisposeScope();
    }

    public float[] ReadPredictions()
    {
        using DisposeScope scope = NewDisposeScope();
        return predictions!.permute(2, 0, 1).contiguous().data<float>().ToArray();
    }

    public double ReadLoss() => loss!.item<float>();

    public IReadOnlyDictionary<string, float[]> ReadGradients()
    {
        using DisposeScope scope = NewDisposeScope();
        return Weights.ByName.ToDictionary(p => p.Key, p => p.Value.grad!.contiguous().data<float>().ToArray());
    }

    public void Dispose()
    {
        step?.Dispose();
        loss?.Dispose();
        predictions?.Dispose();
        features.Dispose();
        targets.Dispose();
        optimizer.Dispose();
        Weights.Dispose();
    }

    /// <summary>Answers at every tick.</summary>
    /// <param name="features">Shape [B, tokens, channels].</param>
    /// <returns>Predictions [B, outputs, T] and certainty [B, T].</returns>
    protected abstract (Tensor Predictions, Tensor Certainty) Think(Tensor features);

    private void Begin()
    {
        loss?.Dispose();
        loss = null;
        step = NewDisposeScope();
        optimizer.zero_grad();
    }
}
