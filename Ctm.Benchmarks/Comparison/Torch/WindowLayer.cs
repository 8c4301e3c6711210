using TorchSharp;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>The history of one run, in a buffer that all ticks' windows lie in, with its gradient.</summary>
/// <param name="values">Shape [D, B, M + T].</param>
/// <param name="memory">Length M of a window.</param>
internal sealed class WindowHistory(Tensor values, int memory)
{
    private Tensor? gradient;

    public Tensor Values { get; } = values;

    public int Memory { get; } = memory;

    /// <summary>Zeros when the backward pass begins.</summary>
    public Tensor Gradient => gradient ??= zeros_like(Values).DetachFromDisposeScope();

    public void Release()
    {
        gradient?.Dispose();
        gradient = null;
    }

    /// <summary>The window that a tick sees, its own value last.</summary>
    public Tensor Window(int tick) => Values.narrow(2, tick + 1, Memory);
}

/// <summary>
/// The start of a history. Its output is a token that orders the backward pass: the start's gradient is whole once all ticks are done.
/// </summary>
internal sealed class WindowStart : autograd.SingleTensorFunction<WindowStart>
{
    /// <summary>What the next call works on; functions take tensors only.</summary>
    public static WindowHistory? Next { get; set; }

    public override string Name => nameof(WindowStart);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        WindowHistory history = Next!;
        history.Values.narrow(2, 0, history.Memory).copy_(((Tensor)vars[0]).unsqueeze(1));
        ctx.save_data("history", history);
        return zeros(1);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var history = (WindowHistory)ctx.get_data("history");
        Tensor start = history.Gradient.narrow(2, 0, history.Memory).sum(1);
        history.Release();
        return [start];
    }
}

/// <summary>
/// The first layer of the neuron-level models: writes a pre-activation into the history and multiplies the window there by weights
/// [D, M, 2H], for all neurons in one batched product.
/// </summary>
internal sealed class WindowLayer : autograd.MultiTensorFunction<WindowLayer>
{
    /// <summary>What the next call works on, and its tick.</summary>
    public static (WindowHistory History, int Tick) Next { get; set; }

    public override string Name => nameof(WindowLayer);

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (WindowHistory history, int tick) = Next;
        Tensor preActivation = (Tensor)vars[0], weight = (Tensor)vars[2], bias = (Tensor)vars[3];
        history.Values.select(2, history.Memory + tick).copy_(preActivation.transpose(0, 1));
        // The last token has no gradient, and needs none.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([weight]);
        ctx.save_data("history", history);
        ctx.save_data("tick", tick);
        // The binding takes the first factor for the receiver, and the summand last.
        return [history.Window(tick).baddbmm(weight, bias), zeros(1)];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var history = (WindowHistory)ctx.get_data("history");
        int tick = (int)ctx.get_data("tick");
        Tensor weight = ctx.get_saved_variables()[0], output = grad_outputs[0];
        history.Gradient.narrow(2, tick + 1, history.Memory).add_(output.bmm(weight.transpose(1, 2)));
        Tensor preActivation = history.Gradient.select(2, history.Memory + tick).transpose(0, 1).contiguous();
        return [preActivation, zeros(1), history.Window(tick).transpose(1, 2).bmm(output), output.sum(1, keepdim: true)];
    }
}
