using Ctm.Engine.Files;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// Many environments of one kind, side by side. Where an episode ends, or is cut at the limit, the next one starts in the same step: what
/// is seen then belongs to the new episode. Everything follows from the seed and the actions, and no environment from the others.
/// </summary>
public sealed class VectorEnvironment
{
    private readonly IEnvironment environment;
    private readonly ulong seed;
    private readonly bool maskVelocities;
    private readonly int maximumSteps;
    private readonly double[] states;
    private readonly int[] steps;
    private readonly double[] earned;
    private readonly uint[] episodes;
    private readonly RewardNormalizer[]? normalizers;
    private readonly List<Episode> ended = [];

    /// <summary>Starts an episode in every environment.</summary>
    /// <param name="environment">The kind.</param>
    /// <param name="count">Environments N, 1 or more.</param>
    /// <param name="seed">Seed of the episodes' starts.</param>
    /// <param name="maskVelocities">Whether velocities read 0.</param>
    /// <param name="maximumSteps">Steps after which an episode is cut; null takes those of the kind.</param>
    /// <param name="rewardDiscount">Discount of the returns by whose deviation rewards are divided; null leaves them as they are.</param>
    public VectorEnvironment(
        IEnvironment environment,
        int count,
        ulong seed,
        bool maskVelocities = true,
        int? maximumSteps = null,
        double? rewardDiscount = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        this.environment = environment;
        this.seed = seed;
        this.maskVelocities = maskVelocities;
        this.maximumSteps = maximumSteps ?? environment.MaximumSteps;
        ArgumentOutOfRangeException.ThrowIfLessThan(this.maximumSteps, 1, nameof(maximumSteps));
        Count = count;
        states = new double[count * environment.StateLength];
        steps = new int[count];
        earned = new double[count];
        episodes = new uint[count];
        normalizers = rewardDiscount is { } discount
            ? [.. Enumerable.Range(0, count).Select(_ => new RewardNormalizer(discount))]
            : null;
        Observations = new float[count * environment.ObservationLength];
        Rewards = new float[count];
        Dones = new float[count];
        for (int i = 0; i < count; i++)
        {
            Start(i);
        }
    }

    /// <summary>Environments N.</summary>
    public int Count { get; }

    /// <summary>What agents see, [N, values]; the same array after every step.</summary>
    public float[] Observations { get; }

    /// <summary>Rewards of the latest step, [N]; the same array after every step.</summary>
    public float[] Rewards { get; }

    /// <summary>1 where an episode ended or was cut in the latest step, else 0, [N]; the same array after every step.</summary>
    public float[] Dones { get; }

    /// <summary>The episodes that ended or were cut in the latest step.</summary>
    public IReadOnlyList<Episode> EndedEpisodes => ended;

    /// <summary>Goes on by one step everywhere.</summary>
    /// <param name="actions">Action numbers, [N].</param>
    /// <exception cref="ArgumentException">When there is not one action an environment, or no such action.</exception>
    public void Step(ReadOnlySpan<int> actions)
    {
        if (actions.Length != Count)
        {
            throw new ArgumentException($"{Count} environments take one action each, there are {actions.Length}.", nameof(actions));
        }

        ended.Clear();
        for (int i = 0; i < Count; i++)
        {
            bool terminated = environment.Advance(State(i), actions[i], out double reward);
            steps[i]++;
            earned[i] += reward;
            bool done = terminated || steps[i] == maximumSteps;
            Rewards[i] = (float)(normalizers?[i].Normalize(reward, terminated) ?? reward);
            Dones[i] = done ? 1f : 0f;
            if (done)
            {
                ended.Add(new Episode(i, steps[i], earned[i]));
                Start(i);
            }
            else
            {
                Observe(i);
            }
        }
    }

    /// <summary>Where all environments stand.</summary>
    public StateDictionary Capture()
    {
        var state = new StateDictionary();
        state.Add("states", [Count, environment.StateLength], Bits(states));
        state.Add("steps", [Count], [.. steps.Select(s => (long)s)]);
        state.Add("earned", [Count], Bits(earned));
        state.Add("episodes", [Count], [.. episodes.Select(e => (long)e)]);
        if (normalizers is not null)
        {
            state.Add("normalizers", [Count, RewardNormalizer.StateLength], Bits([.. normalizers.SelectMany(n => n.Capture())]));
        }

        state.Add("dones", [Count], Dones.ToArray());
        return state;
    }

    /// <summary>Goes on where the environments stood.</summary>
    /// <param name="state">What was captured.</param>
    /// <exception cref="CheckpointMismatchException">When it is of other environments; nothing is changed then.</exception>
    public void Restore(StateDictionary state)
    {
        state.Match(Capture().Specs);
        Doubles(state["states"]).CopyTo(states, 0);
        Doubles(state["earned"]).CopyTo(earned, 0);
        state["dones"].Singles.CopyTo(Dones, 0);
        double[] normal = normalizers is null ? [] : Doubles(state["normalizers"]);
        for (int i = 0; i < Count; i++)
        {
            steps[i] = (int)state["steps"].Integers[i];
            episodes[i] = (uint)state["episodes"].Integers[i];
            normalizers?[i].Restore(normal.AsSpan(i * RewardNormalizer.StateLength, RewardNormalizer.StateLength));
            Observe(i);
        }

        ended.Clear();
    }

    // Files hold no doubles; their bits are integers.
    private static long[] Bits(double[] values) => [.. values.Select(BitConverter.DoubleToInt64Bits)];

    private static double[] Doubles(StateTensor bits) => [.. bits.Integers.Select(BitConverter.Int64BitsToDouble)];

    private Span<double> State(int i) => states.AsSpan(i * environment.StateLength, environment.StateLength);

    private void Start(int i)
    {
        environment.Start(State(i), Philox.Draw(seed, (ulong)i, episodes[i]++));
        steps[i] = 0;
        earned[i] = 0;
        Observe(i);
    }

    private void Observe(int i) => environment.Observe(
        State(i), Observations.AsSpan(i * environment.ObservationLength, environment.ObservationLength), maskVelocities);
}

/// <summary>An episode that has come to its end, or was cut.</summary>
/// <param name="Environment">The number of its environment.</param>
/// <param name="Length">Its steps.</param>
/// <param name="Return">The sum of its rewards, as the environment gives them.</param>
public readonly record struct Episode(int Environment, int Length, double Return);
