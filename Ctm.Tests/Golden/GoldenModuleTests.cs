using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Modules against the reference: values, parameter gradients, input gradients.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class GoldenModuleTests(string deviceName)
{
    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "synapse" })]
    public void Golden_Synapse_EqualsReference(GoldenCase golden)
    {
        using var set = new ParameterSet(Device);
        int batch = golden.Int("B"), inputs = golden.Int("in_dims"), neurons = golden.Int("d_model"), depth = golden.Int("synapse_depth");
        Synapse synapse = golden.HyperParameters.GetProperty("variant").GetString() == "rl" && depth == 1
            ? new DoubleGatedSynapse(set, "synapses", inputs, neurons, 0f)
            : Synapse.Create(set, "synapses", inputs, neurons, depth, 0f);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        Tensor x = GoldenChecks.Input(tape, golden.Singles("in.x"), batch), y = synapse.Forward(tape, x);
        golden.Verify("out.y", y.Data.ToArray());
        GoldenChecks.Backward(tape, y, golden.Singles("gout.y"));
        golden.Verify("gin.x", x.Gradient.ToArray());
        GoldenChecks.VerifyGradients(golden, set);
    }

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "attention" })]
    public void Golden_Attention_EqualsReference(GoldenCase golden)
    {
        bool isBlock = golden.HyperParameters.IsTrue("block");
        int batch = golden.Int("B"), width = golden.Int("d_input"), heads = golden.Int("heads");
        using var set = new ParameterSet(Device);
        int channels = isBlock ? golden.Int("C") : 0;
        Linear? keyValue = isBlock ? new Linear(set, "kv_proj.0", channels, width) : null;
        LayerNorm? norm = isBlock ? new LayerNorm(set, "kv_proj.1", width) : null;
        Linear? queryProjection = isBlock ? new Linear(set, "q_proj", golden.Int("S"), width) : null;
        var attention = new SingleQueryAttention(set, "attention", width, heads);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        string tokenName = isBlock ? "features" : "kv", queryName = isBlock ? "synch_action" : "q";
        float[] values = golden.Singles("in." + tokenName);
        values = isBlock ? GoldenChecks.ToChannelsLast(values, batch, channels) : values;
        Tensor tokens = GoldenChecks.Input(tape, values, values.Length / (isBlock ? channels : width));
        Tensor query = GoldenChecks.Input(tape, golden.Singles("in." + queryName), batch);
        Tensor kv = isBlock ? norm!.Forward(tape, keyValue!.Forward(tape, tokens)) : tokens;
        attention.Begin(tape, kv, batch);
        tape.BeginRecurrence(1);
        tape.BeginTick(0);
        Tensor q = isBlock ? queryProjection!.Forward(tape, query) : query, output = attention.Forward(tape, q);
        tape.EndRecurrence();
        golden.Verify("out.attn_out", output.Data.ToArray());
        golden.Verify("out.attn_weights", attention.Weights!.Data.ToArray());
        if (isBlock)
        {
            golden.Verify("out.kv", kv.Data.ToArray());
            golden.Verify("out.q", q.Data.ToArray());
        }

        GoldenChecks.Backward(tape, output, golden.Singles("gout.attn_out"));
        float[] tokenGradient = tokens.Gradient.ToArray();
        golden.Verify("gin." + tokenName, isBlock ? GoldenChecks.ToChannelsFirst(tokenGradient, batch, channels) : tokenGradient);
        golden.Verify("gin." + queryName, query.Gradient.ToArray());
        GoldenChecks.VerifyGradients(golden, set);
    }

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "sync" })]
    public void Golden_Synchronization_EqualsReference(GoldenCase golden)
    {
        NeuronSelection selection = GoldenChecks.Selection(golden.HyperParameters.GetProperty("neuron_select_type").GetString()!);
        int ticks = golden.Int("ticks"), batch = golden.Int("B"), neurons = golden.Int("d_model");
        int selfPairs = golden.Int("n_random_pairing_self"), actionCount = golden.Int("n_synch_action"), outCount = golden.Int("n_synch_out");
        using var set = new ParameterSet(Device);
        Parameter actionDecay = Synchronization.AddDecay(set, "action", selection, actionCount);
        Parameter outDecay = Synchronization.AddDecay(set, "out", selection, outCount);
        var action = new Synchronization(set, "action", actionDecay, selection, neurons, actionCount, selfPairs, 1);
        var output = new Synchronization(set, "out", outDecay, selection, neurons, outCount, selfPairs, 1);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        action.Begin(tape, batch, ticks);
        output.Begin(tape, batch, ticks + 1);
        float[] all = golden.Singles("in.states");
        int size = batch * neurons;
        Tensor[] states = [.. Enumerable.Range(0, ticks + 1).Select(t => GoldenChecks.Input(tape, all[(t * size)..((t + 1) * size)], batch))];
        output.Step(tape, states[0]);
        Tensor a = states[0], o = states[0];
        tape.BeginRecurrence(ticks);
        for (int t = 0; t < ticks; t++)
        {
            tape.BeginTick(t);
            a = action.Step(tape, states[t]);
            o = output.Step(tape, states[t + 1]);
        }

        tape.EndRecurrence();
        Tensor allActions = tape.AllTicks(a), allOutputs = tape.AllTicks(o);
        golden.Verify("out.synch_action", allActions.Data.ToArray());
        golden.Verify("out.synch_out", allOutputs.Data.ToArray());
        allActions.Gradient.CopyFrom(golden.Singles("gout.synch_action"));
        allActions.MarkGradient();
        GoldenChecks.Backward(tape, allOutputs, golden.Singles("gout.synch_out"));
        golden.Verify("gin.states", [.. states.SelectMany(s => s.Gradient.ToArray())]);
        GoldenChecks.VerifyGradients(golden, set);
    }
}
