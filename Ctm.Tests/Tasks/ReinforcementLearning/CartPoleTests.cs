using Ctm.Tasks.ReinforcementLearning;

namespace Ctm.Tests.Tasks.ReinforcementLearning;

internal sealed class CartPoleTests
{
    [Test]
    public void Advance_RandomPushes_FollowsTheEquationsOfMotion()
    {
        // From the Lagrangian of a cart (1 kg) and a uniform rod (0.1 kg, half length 0.5 m):
        // (M + m) x'' + m l cos(a) a'' = F + m l a'^2 sin(a) and m l cos(a) x'' + 4/3 m l^2 a'' = m g l sin(a), solved by Cramer's rule.
        const double cart = 1, pole = 0.1, l = 0.5, g = 9.8, dt = 0.02;
        var random = new Random(3);
        double[] state = [0.01, -0.3, 0.03, 0.2], expected = (double[])state.Clone();
        var environment = new CartPole();
        for (int step = 0; step < 60; step++)
        {
            int action = random.Next(2);
            double force = action == 1 ? 10 : -10, sine = Math.Sin(expected[2]), cosine = Math.Cos(expected[2]);
            double a = cart + pole, b = pole * l * cosine, c = b, d = 4.0 / 3 * pole * l * l;
            double e = force + (pole * l * expected[3] * expected[3] * sine), f = pole * g * l * sine, determinant = (a * d) - (b * c);
            double place = ((e * d) - (b * f)) / determinant, angle = ((a * f) - (c * e)) / determinant;
            expected =
            [
                expected[0] + (dt * expected[1]), expected[1] + (dt * place), expected[2] + (dt * expected[3]), expected[3] + (dt * angle),
            ];
            environment.Advance(state, action, out double reward);
            Assert.That(reward, Is.EqualTo(1));
            Assert.That(state, Is.EqualTo(expected).Within(1e-9), $"step {step}");
        }
    }

    [TestCase(2.399, 0.0, 0.0, 0.0, false)]
    [TestCase(2.399, 1.0, 0.0, 0.0, true)]
    [TestCase(-2.399, -1.0, 0.0, 0.0, true)]
    [TestCase(0.0, 0.0, 0.209, 0.0, false)]
    [TestCase(0.0, 0.0, 0.209, 1.0, true)]
    [TestCase(0.0, 0.0, -0.209, -1.0, true)]
    public void Advance_BeyondALimit_Ends(double place, double velocity, double angle, double turning, bool ends)
    {
        double[] state = [place, velocity, angle, turning];
        Assert.That(new CartPole().Advance(state, 0, out _), Is.EqualTo(ends));
    }

    [Test]
    public void Observe_MaskedOrNot_ShowsPlaceAndAngle()
    {
        var seen = new float[4];
        new CartPole().Observe([0.5, 1.5, -0.25, 2.5], seen, maskVelocities: false);
        Assert.That(seen, Is.EqualTo(new[] { 0.5f, 1.5f, -0.25f, 2.5f }));
        new CartPole().Observe([0.5, 1.5, -0.25, 2.5], seen, maskVelocities: true);
        Assert.That(seen, Is.EqualTo(new[] { 0.5f, 0f, -0.25f, 0f }));
    }

    [Test]
    public void Advance_NoSuchAction_IsAnError() =>
        Assert.That(() => new CartPole().Advance(new double[4], 2, out _), Throws.TypeOf<ArgumentOutOfRangeException>());
}
