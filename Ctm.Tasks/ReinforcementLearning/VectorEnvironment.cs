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
    private readonly uint[] episodes;
    private readonly RewardNormalizer[]? normalizers;
    private readonly List<int> ended = [];

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

    /// <summary>Lengths of the episodes that ended or were cut in the latest step.</summary>
    public IReadOnlyList<int> EndedEpisodes => ended;

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
            bool done = terminated || steps[i] == maximumSteps;
            Rewards[i] = (float)(normalizers?[i].Normalize(reward, terminated) ?? reward);
            Dones[i] = done ? 1f : 0f;
            if (done)
            {
                ended.Add(steps[i]);
                Start(i);
            }
            else
            {
                Observe(i);
            }
        }
    }

    private Span<double> State(int i) => states.AsSpan(i * environment.StateLength, environment.StateLength);

    private void Start(int i)
    {
        environment.Start(State(i), Philox.Draw(seed, (ulong)i, episodes[i]++));
        steps[i] = 0;
        Observe(i);
    }

    private void Observe(int i) => environment.Observe(
        State(i), Observations.AsSpan(i * environment.ObservationLength, environment.ObservationLength), maskVelocities);
}
