using Ctm.Engine.Files;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>A model's parameters and buffers as a state dictionary, under the reference's names.</summary>
public static class ModelState
{
    /// <summary>Copies the state from the device.</summary>
    public static StateDictionary Capture(ParameterSet set)
    {
        var state = new StateDictionary();
        foreach (Parameter parameter in set.Parameters)
        {
            state.Add(parameter.Name, Shape(parameter.Shape), parameter.Data.ToArray());
        }

        foreach (ModelBuffer buffer in set.Buffers)
        {
            if (buffer.Values is { } values)
            {
                state.Add(buffer.Name, Shape(buffer.Shape), values.View.ToArray());
            }
            else if (buffer.Flags is { } flags)
            {
                state.Add(buffer.Name, Shape(buffer.Shape), (bool[])flags.Clone());
            }
            else
            {
                state.Add(buffer.Name, Shape(buffer.Shape), [.. buffer.Indices!.Select(i => (long)i)]);
            }
        }

        return state;
    }

    /// <summary>
    /// Copies a state to the device. Parameters with bounds are projected into them: the reference does so in every forward pass
    /// (models/ctm.py clamps the stored decays to [0, 15]), and gradients flow as if it had not.
    /// </summary>
    /// <exception cref="CheckpointMismatchException">When names or shapes differ, a line each; nothing is changed then.</exception>
    public static void Restore(ParameterSet set, StateDictionary state)
    {
        state.Match(Specs(set));
        foreach (Parameter parameter in set.Parameters)
        {
            (float low, float high) = parameter.Bounds;
            parameter.Data.CopyFrom([.. state[parameter.Name].Singles.Select(v => Math.Min(Math.Max(v, low), high))]);
        }

        foreach (ModelBuffer buffer in set.Buffers)
        {
            if (buffer.Values is { } values)
            {
                values.View.CopyFrom(state[buffer.Name].Singles);
            }
            else if (buffer.Flags is { } flags)
            {
                state[buffer.Name].Booleans.CopyTo(flags, 0);
            }
            else
            {
                long[] integers = state[buffer.Name].Integers;
                for (int i = 0; i < integers.Length; i++)
                {
                    buffer.Indices![i] = checked((int)integers[i]);
                }
            }

            buffer.NotifyLoaded();
        }

        set.Touch();
    }

    /// <summary>Names and shapes of a model's state.</summary>
    public static IEnumerable<StateTensorSpec> Specs(ParameterSet set) =>
    [
        .. set.Parameters.Select(p => new StateTensorSpec(p.Name, Shape(p.Shape), StateTensorKind.Single)),
        .. set.Buffers.Select(b => new StateTensorSpec(b.Name, Shape(b.Shape), Kind(b))),
    ];

    private static StateTensorKind Kind(ModelBuffer buffer) =>
        buffer.Values is not null ? StateTensorKind.Single : buffer.Flags is not null ? StateTensorKind.Boolean : StateTensorKind.Int64;

    private static long[] Shape(IEnumerable<int> shape) => [.. shape.Select(d => (long)d)];
}
