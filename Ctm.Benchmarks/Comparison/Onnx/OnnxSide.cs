using Microsoft.ML.OnnxRuntime;

namespace Ctm.Benchmarks.Comparison.Onnx;

/// <summary>A core in ONNX Runtime, which only answers.</summary>
internal sealed class OnnxSide : IInferenceSide
{
    private readonly InferenceSession session;
    private readonly OrtValue features;
    private readonly RunOptions run = new();
    private IDisposableReadOnlyCollection<OrtValue>? results;

    public OnnxSide(CoreData data, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        session = new InferenceSession(OnnxCore.Build(data), options);
        features = OrtValue.CreateTensorValueFromMemory(
            data.Features, [(long)data.Core.Batch * data.Core.Tokens, data.Core.Model.ImageChannels]);
    }

    public string Name => "onnxruntime";

    public string Version => OrtEnv.Instance().GetVersionString();

    public void Infer()
    {
        results?.Dispose();
        results = session.Run(run, [OnnxCore.InputName], [features], [OnnxCore.OutputName]);
    }

    public float[] ReadPredictions() => results![0].GetTensorDataAsSpan<float>().ToArray();

    public void Dispose()
    {
        results?.Dispose();
        features.Dispose();
        run.Dispose();
        session.Dispose();
    }
}
