using Ctm.Engine.Files;
using Ctm.Tasks.ReinforcementLearning;

namespace Ctm.Tests.Tasks.ReinforcementLearning;

internal sealed class VectorEnvironmentTests
{
    private static IEnumerable<IEnvironment> Kinds => [new CartPole(), new Acrobot(), new FourRooms()];

    private static IEnumerable<IEnvironment> ClassicKinds => [new CartPole(), new Acrobot()];

    [TestCaseSource(nameof(Kinds))]
    public void Step_SameSeedAndActions_IsTheSameWhateverIsBeside(IEnvironment kind)
    {
        float[] three = Run(kind, 3, 7), five = Run(kind, 5, 7), other = Run(kind, 3, 8);
        Assert.That(Run(kind, 3, 7), Is.EqualTo(three));
        Assert.That(five.Chunk(5 * kind.ObservationLength).SelectMany(r => r.Take(3 * kind.ObservationLength)), Is.EqualTo(three));
        Assert.That(other, Is.Not.EqualTo(three));
    }

    [TestCaseSource(nameof(ClassicKinds))]
    public void Start_ManyEnvironments_SpreadsAsPublished(IEnvironment kind)
    {
        double limit = kind is CartPole ? 0.05 : 0.1;
        var all = new VectorEnvironment(kind, 500, 1, maskVelocities: false);
        float[] seen = kind is CartPole
            ? all.Observations
            : [.. all.Observations.Chunk(6).SelectMany(o => new[] { MathF.Atan2(o[1], o[0]), MathF.Atan2(o[3], o[2]), o[4], o[5] })];
        Assert.That(seen, Is.All.InRange(-limit - 1e-6, limit + 1e-6));
        Assert.That(seen.Max(), Is.GreaterThan(0.95 * limit));
        Assert.That(seen.Min(), Is.LessThan(-0.95 * limit));

        // Five standard errors of a uniform distribution's mean.
        Assert.That(seen.Average(), Is.Zero.Within(5 * limit / Math.Sqrt(3.0 * seen.Length)));
    }

    [Test]
    public void Step_EpisodeEnds_ShowsTheNextOne()
    {
        // Pushed to one side only, a pole falls within ten or so steps.
        var one = new VectorEnvironment(new CartPole(), 1, 1, maskVelocities: false);
        float[] first = [.. one.Observations];
        int steps = 0;
        do
        {
            one.Step([1]);
            steps++;
            Assert.That(one.Rewards[0], Is.EqualTo(1f));
        }
        while (one.Dones[0] == 0f);
        Assert.That(steps, Is.InRange(8, 12));
        Assert.That(one.EndedEpisodes, Is.EqualTo(new[] { new Episode(0, steps, steps) }));
        Assert.That(one.Observations, Is.All.InRange(-0.05f, 0.05f));
        Assert.That(one.Observations, Is.Not.EqualTo(first));
        one.Step([1]);
        Assert.That(one.Dones[0], Is.Zero);
        Assert.That(one.EndedEpisodes, Is.Empty);
    }

    [Test]
    public void Step_AtTheLimit_CutsTheEpisode()
    {
        var one = new VectorEnvironment(new Acrobot(), 1, 1, maximumSteps: 4);
        var dones = new List<float>();
        for (int step = 0; step < 9; step++)
        {
            one.Step([1]);
            dones.Add(one.Dones[0]);
            Assert.That(one.Rewards[0], Is.EqualTo(-1f));
        }

        Assert.That(dones, Is.EqualTo(new[] { 0f, 0f, 0f, 1f, 0f, 0f, 0f, 1f, 0f }));
    }

    [Test]
    public void Restore_InTheMiddleOfEpisodes_GoesOnAsIfNothingHadHappened([ValueSource(nameof(Kinds))] IEnvironment kind)
    {
        VectorEnvironment New() => new(kind, 3, 7, rewardDiscount: 0.99, maximumSteps: 20);
        int[] Actions(int step) => [.. Enumerable.Range(0, 3).Select(i => ((step * 5) + (i * 3)) % kind.Actions)];
        VectorEnvironment whole = New(), resumed = New();
        for (int step = 0; step < 33; step++)
        {
            whole.Step(Actions(step));
        }

        resumed.Restore(whole.Capture());
        Assert.That(resumed.Observations, Is.EqualTo(whole.Observations));
        Assert.That(resumed.Dones, Is.EqualTo(whole.Dones));
        int episodes = 0;
        for (int step = 33; step < 70; step++)
        {
            whole.Step(Actions(step));
            resumed.Step(Actions(step));
            Assert.That(resumed.Observations, Is.EqualTo(whole.Observations), $"step {step}");
            Assert.That(resumed.Rewards, Is.EqualTo(whole.Rewards), $"step {step}");
            Assert.That(resumed.EndedEpisodes, Is.EqualTo(whole.EndedEpisodes), $"step {step}");
            episodes += whole.EndedEpisodes.Count;
        }

        Assert.That(episodes, Is.GreaterThanOrEqualTo(3));
        Assert.That(() => new VectorEnvironment(kind, 2, 7).Restore(whole.Capture()), Throws.TypeOf<CheckpointMismatchException>());
    }

    [Test]
    public void Step_WrongNumberOfActions_IsAClearError() => Assert.That(
        () => new VectorEnvironment(new CartPole(), 2, 1).Step([1]),
        Throws.ArgumentException.With.Message.Contains("2 environments take one action each, there are 1"));

    [Test]
    public void Normalize_Rewards_DividesByTheDeviationOfReturns()
    {
        const double discount = 0.99, weight = 1e-4;
        var normalizer = new RewardNormalizer(discount);
        var returns = new List<double>();
        var random = new Random(2);
        double running = 0;
        for (int step = 0; step < 40; step++)
        {
            double reward = random.NextDouble();
            bool terminated = step % 7 == 6;
            running = (terminated ? 0 : discount * running) + reward;
            returns.Add(running);

            // The prior is an observation of mean 0 and variance 1 with a small weight.
            double total = returns.Count + weight, mean = returns.Sum() / total;
            double variance = ((weight * (1 + (mean * mean))) + returns.Sum(r => (r - mean) * (r - mean))) / total;
            Assert.That(
                normalizer.Normalize(reward, terminated), Is.EqualTo(reward / Math.Sqrt(variance + 1e-8)).Within(1e-9), $"step {step}");
        }
    }

    [Test]
    public void Step_NormalisedRewards_AreDividedForEachEnvironment()
    {
        var plain = new RewardNormalizer(0.99);
        var two = new VectorEnvironment(new Acrobot(), 2, 1, rewardDiscount: 0.99);
        for (int step = 0; step < 5; step++)
        {
            two.Step([0, 2]);
            float expected = (float)plain.Normalize(-1, false);
            Assert.That(two.Rewards, Is.EqualTo(new[] { expected, expected }));
        }
    }

    private static float[] Run(IEnvironment kind, int count, ulong seed)
    {
        var all = new VectorEnvironment(kind, count, seed);
        var seen = new List<float>(all.Observations);
        for (int step = 0; step < 40; step++)
        {
            all.Step([.. Enumerable.Range(0, count).Select(i => ((step * 7) + (i * 3)) % kind.Actions)]);
            seen.AddRange(all.Observations);
        }

        return [.. seen];
    }
}
