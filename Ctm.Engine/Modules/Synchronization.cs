using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Kernels.Synchronization;

namespace Ctm.Engine.Modules;

/// <summary>
/// How pairs of neurons fire together over time: S = alpha / sqrt(beta) of each pair, with a learned decay (paper section 3.4).
/// Parameters <c>decay_params_KIND</c>, index buffers <c>KIND_neuron_indices_left</c> and <c>..._right</c>.
/// </summary>
public sealed class Synchronization : IDisposable
{
    /// <summary>The highest decay that counts.</summary>
    internal const float HighestDecay = 15f;

    // Streams of random draws below are the parameters'.
    private const ulong PairStream = 1UL << 32;
    private readonly ComputeDevice device;
    private readonly Parameter decay;
    private readonly ModelBuffer left, right;
    private readonly bool isTriangle;
    private readonly int neurons;
    private PairIndex? pairs;
    private readonly CarriedMemory sums = new();
    private readonly List<Tensor> outputs = [];
    private Tensor? factors, slopes, betas, alphaGradient, betaGradient;
    private int steps, stepsBefore, batch;
    private bool isAhead;

    /// <summary>Creates the parameters and draws the pairs.</summary>
    /// <param name="set">Receives the parameters and buffers.</param>
    /// <param name="kind"><c>action</c> or <c>out</c>.</param>
    /// <param name="decay">The decays, one a pair.</param>
    /// <param name="selection">How pairs are chosen.</param>
    /// <param name="neurons">Number of neurons D.</param>
    /// <param name="count">Neurons J, or pairs for random pairing.</param>
    /// <param name="selfPairs">Pairs of a neuron with itself, for random pairing.</param>
    /// <param name="seed">Seed of the draw.</param>
    public Synchronization(
        ParameterSet set, string kind, Parameter decay, NeuronSelection selection, int neurons, int count, int selfPairs, ulong seed)
    {
        device = set.Device;
        this.decay = decay;
        this.neurons = neurons;
        isTriangle = selection != NeuronSelection.RandomPairing;
        int[] l = new int[count], r = new int[count];
        using (DeviceBuffer<int> leftDraw = device.Allocate<int>(count), rightDraw = device.Allocate<int>(count))
        {
            bool isAction = kind == "action";
            device.PairSampling.Draw(
                selection,
                isAction ? SynchronizationUse.Action : SynchronizationUse.Output,
                leftDraw.View,
                rightDraw.View,
                neurons,
                isTriangle ? 0 : selfPairs,
                seed,
                PairStream + (isAction ? 1u : 0u));
            leftDraw.View.CopyTo(l);
            rightDraw.View.CopyTo(r);
        }

        left = set.AddIndices($"{kind}_neuron_indices_left", [count], l);
        right = set.AddIndices($"{kind}_neuron_indices_right", [count], r);
        left.Loaded += DropPairs;
        right.Loaded += DropPairs;
        Pairs = CountPairs(selection, count);
        set.Own(this);
    }

    /// <summary>Number of pairs P: the width of the synchronization vector.</summary>
    public int Pairs { get; }

    /// <summary>Number of pairs that a selection of J neurons makes.</summary>
    public static int CountPairs(NeuronSelection selection, int count) =>
        selection == NeuronSelection.RandomPairing ? count : count * (count + 1) / 2;

    /// <summary>
    /// The parameter of one synchronization: a decay each pair, clamped to [0, 15] where it is used, with gradient 0 outside.
    /// </summary>
    /// <param name="set">Receives the parameter.</param>
    /// <param name="kind"><c>action</c> or <c>out</c>.</param>
    /// <param name="selection">How pairs are chosen.</param>
    /// <param name="count">Neurons J, or pairs for random pairing.</param>
    /// <param name="start">Value before training.</param>
    /// <param name="isProjected">Whether the stored values are projected into the bounds before each use too, so that none gets stuck outside.</param>
    public static Parameter AddDecay(
        ParameterSet set, string kind, NeuronSelection selection, int count, float start = 0f, bool isProjected = true)
    {
        string name = $"decay_params_{kind}";
        int[] shape = [CountPairs(selection, count)];
        var initializer = Initializer.Constant(start);
        return isProjected ? set.Add(name, shape, initializer, 0f, HighestDecay) : set.Add(name, shape, initializer);
    }

    /// <summary>Starts a forward pass of a number of steps. Call it outside the recurrence.</summary>
    public void Begin(Tape tape, int batch, int steps)
    {
        pairs ??= MakePairs();
        this.batch = batch;
        this.steps = steps;
        stepsBefore = 0;
        isAhead = false;
        outputs.Clear();
        factors = tape.New(1, Pairs, needsGradient: false);
        slopes = tape.New(1, Pairs, needsGradient: false);
        betas = tape.New(steps, Pairs, needsGradient: false);
        sums.Memory = tape.New(batch, Pairs, needsGradient: false).Data;
        sums.HasValue = false;
        tape.Carry(sums);
        alphaGradient = tape.New(batch, Pairs, needsGradient: false);
        betaGradient = tape.New(1, Pairs, needsGradient: false);
        device.Synchronization.PrepareDecays(
            decay.Data, 0f, HighestDecay, factors.Data, slopes.Data, betas.Data, steps, Pairs, passOutside: decay.HasBounds);
    }

    /// <summary>Takes in the post-activations of one more step.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="state">Post-activations z, shape [batch, D].</param>
    /// <param name="next">
    /// A synchronization that made a step at this tick and takes in the same post-activations at the next one: where there is a next tick
    /// it does so now, in the same launch, and its next call finds that it has.
    /// </param>
    /// <returns>The synchronization, shape [batch, P].</returns>
    public Tensor Step(Tape tape, Tensor state, Synchronization? next = null)
    {
        // Steps before the ticks come first, then one each tick.
        int step = tape.InRecurrence ? stepsBefore + tape.Tick : stepsBefore++;
        Tensor output = tape.New(batch, Pairs, keep: true);
        if (isAhead)
        {
            isAhead = false;
        }
        else if (next?.Ahead(tape) is { } ahead)
        {
            device.Synchronization.ForwardBoth(state.Data, StepOf(step, output), ahead, batch);
            next.isAhead = true;
        }
        else
        {
            device.Synchronization.Forward(state.Data, StepOf(step, output), batch);
        }

        sums.HasValue = true;
        if (tape.Recording)
        {
            var node = tape.Record<StepNode>();
            node.Owner = this;
            node.State = state;
            node.Output = output;
            node.Previous = step > 0 ? outputs[step - 1] : null;
            node.Step = step;
        }

        if (step == outputs.Count)
        {
            outputs.Add(output);
        }

        return output;
    }

    /// <summary>Goes on with some samples on another tape, whose ticks count from 0.</summary>
    internal void GoOn(Tape next, RowChoice samples, int stepsDone)
    {
        DeviceView<float> before = sums.Memory;
        Begin(next, samples.Count, steps);
        stepsBefore = stepsDone;
        samples.Of(device, before, sums.Memory);
        sums.HasValue = true;
    }

    /// <inheritdoc/>
    public void Dispose() => DropPairs();

    private void DropPairs()
    {
        pairs?.Dispose();
        pairs = null;
    }

    private PairIndex MakePairs()
    {
        (int[] l, int[] r) = isTriangle ? PairIndex.UpperTriangle(left.Indices!, right.Indices!) : (left.Indices!, right.Indices!);
        return new PairIndex(device, l, r, neurons);
    }

    private SynchronizationStep StepOf(int step, Tensor output) =>
        new(pairs!, factors!.Data, Beta(step), sums.Memory, output.Data, IsFirst: step == 0);

    private SynchronizationStep? Ahead(Tape tape)
    {
        int step = stepsBefore + tape.Tick;
        return tape.HasNext ? StepOf(step + 1, tape.NextOf(outputs[step])) : null;
    }

    private DeviceView<float> Beta(int at) => betas!.Data.Slice(at * Pairs, Pairs);

    private void Backward(Tape tape, StepNode node)
    {
        Tensor state = node.State!, output = node.Output!;
        device.Synchronization.Backward(
            output.HasGradient ? output.Gradient : default,
            output.Data,
            node.Previous?.Data ?? default,
            factors!.Data,
            slopes!.Data,
            Beta(node.Step),
            node.Step == 0 ? default : Beta(node.Step - 1),
            alphaGradient!.Data,
            betaGradient!.Data,
            decay.Gradient,
            batch,
            Pairs,
            isLast: node.Step == steps - 1);
        if (state.NeedsGradient)
        {
            device.Synchronization.StateGradient(state.Data, pairs!, alphaGradient.Data, state.Gradient, batch, state.HasGradient);
            state.MarkGradient();
        }
    }

    private sealed class StepNode : Node
    {
        public Synchronization? Owner { get; set; }

        public Tensor? State { get; set; }

        public Tensor? Output { get; set; }

        public Tensor? Previous { get; set; }

        public int Step { get; set; }

        public override void Backward(Tape tape) => Owner!.Backward(tape, this);
    }
}
