using Ctm.Engine.Files;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Training;

/// <summary>Updates all parameters of a model in one launch, behind gradient clipping.</summary>
public abstract class Optimizer : IDisposable
{
    private const string ScaleName = "loss_scale";
    private readonly GradientClipper clipper;
    private readonly LossScaler? scaler;
    private readonly DeviceBuffer<float> settings;
    private readonly (string Name, DeviceBuffer<float> Buffer)[] moments;
    private long steps;

    /// <summary>Creates the moments, arenas of zeros.</summary>
    /// <param name="set">The parameters.</param>
    /// <param name="options">How they are trained.</param>
    /// <param name="momentNames">Names of the moments in a checkpoint, behind a parameter's name.</param>
    private protected Optimizer(ParameterSet set, TrainingOptions options, params ReadOnlySpan<string> momentNames)
    {
        Set = set;
        Options = options;
        clipper = new GradientClipper(set, options);
        scaler = LossScaler.Of(options);
        settings = set.Device.Allocate<float>(Settings().AsSpan());
        moments = new (string, DeviceBuffer<float>)[momentNames.Length];
        for (int i = 0; i < moments.Length; i++)
        {
            moments[i] = (momentNames[i], set.Device.Allocate<float>(set.Values.Length));
            set.Device.Elementwise.Fill(moments[i].Buffer.View, 0f);
        }
    }

    /// <summary>What the gradients of the next step are expected to have been multiplied by.</summary>
    public float LossScale => scaler?.Factor ?? 1f;

    private protected ParameterSet Set { get; }

    private protected TrainingOptions Options { get; }

    /// <summary>The optimizer that the options name.</summary>
    public static Optimizer Create(ParameterSet set, TrainingOptions options) => options.Optimizer switch
    {
        OptimizerKind.AdamW => new AdamWOptimizer(set, options),
        OptimizerKind.Muon => new MuonOptimizer(set, options),
        OptimizerKind.Sgd => new SgdOptimizer(set, options),
        _ => throw new ArgumentException($"There is no optimizer {options.Optimizer}.", nameof(options)),
    };

    /// <summary>
    /// Whether a parameter is decayed: where there is weight decay, all are whose name contains none of the excluded texts
    /// (tasks/*/train.py; so <c>ln</c> excludes skip_lns but not kv_proj.1, whose name says nothing of a layer norm).
    /// </summary>
    public static bool IsDecayed(Parameter parameter, TrainingOptions options) =>
        options.WeightDecay != 0
        && !options.WeightDecayExclusions.Any(part => parameter.Name.Contains(part, StringComparison.Ordinal));

    /// <summary>
    /// Updates the parameters by their gradients, divided by <see cref="LossScale"/>. Where losses are scaled and the gradients are not
    /// finite, it does nothing but choose another scale.
    /// </summary>
    public void Step(double learningRate)
    {
        if (scaler is not null)
        {
            Set.Device.Elementwise.Scale(Set.Gradients, 1f / scaler.Factor);
        }

        DeviceView<float> scale = clipper.Run(steps);
        if (scaler?.Accept(clipper.ReadNorm()) == false)
        {
            return;
        }

        steps++;
        Update(settings.View, scale, steps, learningRate);
        Set.Touch();
    }

    /// <summary>Global norm of the latest gradient, before clipping; waits for the device.</summary>
    public double ReadNorm() => clipper.ReadNorm();

    /// <summary>The number of steps, the moments by parameter, and the history of gradient norms where clipping depends on it.</summary>
    public StateDictionary Capture()
    {
        var state = new StateDictionary();
        state.Add("step", [], new[] { steps });
        foreach (Parameter p in Set.Parameters)
        {
            long[] shape = [.. p.Shape.Select(d => (long)d)];
            foreach ((string name, DeviceBuffer<float> buffer) in moments)
            {
                state.Add($"{p.Name}.{name}", shape, buffer.Slice(p.Offset, p.Length).ToArray());
            }
        }

        clipper.Capture(state);
        if (scaler is not null)
        {
            state.Add(ScaleName, [2], scaler.State);
        }

        return state;
    }

    /// <summary>Takes over what was captured.</summary>
    /// <exception cref="CheckpointMismatchException">When it is of another model or optimizer; nothing is changed then.</exception>
    public void Restore(StateDictionary state)
    {
        state.Match(Capture().Specs);
        steps = state["step"].Integers[0];
        foreach (Parameter p in Set.Parameters)
        {
            foreach ((string name, DeviceBuffer<float> buffer) in moments)
            {
                buffer.Slice(p.Offset, p.Length).CopyFrom(state[$"{p.Name}.{name}"].Singles);
            }
        }

        clipper.Restore(state);
        if (scaler is not null)
        {
            scaler.State = state[ScaleName].Singles;
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        clipper.Dispose();
        settings.Dispose();
        foreach ((_, DeviceBuffer<float> buffer) in moments)
        {
            buffer.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Launches the update.</summary>
    /// <param name="tensorSettings">Weight decay and bounds of each parameter.</param>
    /// <param name="gradientScale">The factor of all gradients, or one for each parameter.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="learningRate">The rate.</param>
    private protected abstract void Update(
        DeviceView<float> tensorSettings, DeviceView<float> gradientScale, long step, double learningRate);

    private protected DeviceView<float> Moment(int index) => moments[index].Buffer.View;

    private float[] Settings() =>
    [
        .. Set.Parameters.SelectMany(
            p => new[] { IsDecayed(p, Options) ? (float)Options.WeightDecay : 0f, p.Bounds.Low, p.Bounds.High }),
    ];
}
