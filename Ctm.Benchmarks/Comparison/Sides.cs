using Ctm.Benchmarks.Comparison.Onnx;
using Ctm.Benchmarks.Comparison.Torch;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Cores;

namespace Ctm.Benchmarks.Comparison;

/// <summary>Makes sides by name.</summary>
internal static class Sides
{
    public const string Engine = "engine";
    private const string OnnxRuntime = "onnxruntime";

    /// <summary>Gets a peer's library ready; null when it is there, else one line that says why not.</summary>
    public static string? Load(string peer, int threads) => peer == OnnxRuntime ? null : TorchLibrary.Load(threads);

    /// <summary>A peer, whose library is loaded.</summary>
    public static IInferenceSide Create(string peer, CoreData data, int threads) => peer switch
    {
        "reference" => new ReferenceSide(data),
        "libtorch-best" => new BestSide(data),
        OnnxRuntime => new OnnxSide(data, threads),
        _ => throw new ArgumentException($"There is no peer '{peer}'.", nameof(peer)),
    };

    /// <summary>The data alone, without keeping an engine.</summary>
    public static CoreData Data(ModelCore core)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", threads: 1);
        using var engine = new EngineSide(device, core, checkpointTicks: 0);
        return engine.Data;
    }
}
