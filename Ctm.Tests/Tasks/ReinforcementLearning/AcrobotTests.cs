using Ctm.Tasks.ReinforcementLearning;

namespace Ctm.Tests.Tasks.ReinforcementLearning;

internal sealed class AcrobotTests
{
    [Test]
    public void Derivatives_RandomStates_ChangeTheEnergyByTheTorqueAlone()
    {
        var random = new Random(5);
        var change = new double[4];
        for (int i = 0; i < 50; i++)
        {
            double[] state = [.. Enumerable.Range(0, 4).Select(k => (k < 2 ? Math.PI : 4) * ((2 * random.NextDouble()) - 1))];
            double torque = random.Next(3) - 1, power = 0;
            Acrobot.Derivatives(state, torque, change);
            for (int k = 0; k < 4; k++)
            {
                const double h = 1e-5;
                double at = state[k];
                state[k] = at + h;
                double above = Energy(state);
                state[k] = at - h;
                power += (above - Energy(state)) / (2 * h) * change[k];
                state[k] = at;
            }

            Assert.That(power, Is.EqualTo(torque * state[3]).Within(1e-6));
        }
    }

    [Test]
    public void RungeKutta_SmallStepsWithoutTorque_KeepTheEnergy()
    {
        double[] state = [1.9, -0.7, 0.5, 1.1];
        double before = Energy(state);
        for (int step = 0; step < 5000; step++)
        {
            Acrobot.RungeKutta(state, 0, 0.001);
        }

        Assert.That(Energy(state), Is.EqualTo(before).Within(1e-9));
        Assert.That(Math.Abs(state[0] - 1.9), Is.GreaterThan(0.1), "it has moved");
    }

    [Test]
    public void Advance_OneStep_IsCloseToManySmallOnes()
    {
        double[] state = [0.08, -0.05, 0.1, -0.03], fine = (double[])state.Clone();
        var environment = new Acrobot();
        foreach (int action in new[] { 2, 0, 2, 1, 0 })
        {
            Assert.That(environment.Advance(state, action, out double reward), Is.False);
            Assert.That(reward, Is.EqualTo(-1));
            for (int i = 0; i < 200; i++)
            {
                Acrobot.RungeKutta(fine, action - 1, 0.001);
            }
        }

        Assert.That(state, Is.EqualTo(fine).Within(2e-3));
        Assert.That(state, Is.Not.EqualTo(fine).Within(1e-9), "one step of 0.2 s is coarse, as published");
    }

    [Test]
    public void Advance_FastAndFar_LimitsVelocitiesAndWrapsAngles()
    {
        double[] state = [3.1, -3.1, 12.5, -28.2];
        new Acrobot().Advance(state, 2, out _);
        Assert.That(state[..2], Is.All.InRange(-Math.PI, Math.PI));
        Assert.That(Math.Abs(state[2]), Is.LessThanOrEqualTo(4 * Math.PI));
        Assert.That(Math.Abs(state[3]), Is.LessThanOrEqualTo(9 * Math.PI));
        state = [0, 0, 100, 300];
        new Acrobot().Advance(state, 0, out _);
        Assert.That(Math.Abs(state[2]), Is.EqualTo(4 * Math.PI));
        Assert.That(Math.Abs(state[3]), Is.EqualTo(9 * Math.PI));
    }

    [TestCase(Math.PI, 0.0, true)]
    [TestCase(1.0, 0.0, false)]
    [TestCase(2.2, 0.0, true)]
    [TestCase(2.2, 2.6, false)]
    public void Advance_TipAboveTheBar_EndsWithoutCost(double first, double second, bool ends)
    {
        double[] state = [first, second, 0, 0];
        Assert.That(new Acrobot().Advance(state, 1, out double reward), Is.EqualTo(ends));
        Assert.That(reward, Is.EqualTo(ends ? 0 : -1));
        Assert.That(-Math.Cos(state[0]) - Math.Cos(state[0] + state[1]), ends ? Is.GreaterThan(1) : Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void Observe_MaskedOrNot_ShowsCosinesAndSines()
    {
        var seen = new float[6];
        new Acrobot().Observe([Math.PI / 2, -Math.PI, 1.5, 2.5], seen, maskVelocities: false);
        Assert.That(seen, Is.EqualTo(new[] { 0f, 1f, -1f, 0f, 1.5f, 2.5f }).Within(1e-6f));
        new Acrobot().Observe([Math.PI / 2, -Math.PI, 1.5, 2.5], seen, maskVelocities: true);
        Assert.That(seen, Is.EqualTo(new[] { 0f, 1f, -1f, 0f, 0f, 0f }).Within(1e-6f));
    }

    /// <summary>Kinetic and potential energy of the two links, from the places and turns of their centres of mass.</summary>
    private static double Energy(double[] s)
    {
        const double mass = 1, length = 1, center = 0.5, inertia = 1, gravity = 9.8;
        double a = s[0], b = s[0] + s[1], turnA = s[2], turnB = s[2] + s[3];
        double firstX = center * Math.Cos(a) * turnA, firstY = center * Math.Sin(a) * turnA;
        double secondX = (length * Math.Cos(a) * turnA) + (center * Math.Cos(b) * turnB);
        double secondY = (length * Math.Sin(a) * turnA) + (center * Math.Sin(b) * turnB);
        double speeds = (firstX * firstX) + (firstY * firstY) + (secondX * secondX) + (secondY * secondY);
        double kinetic = 0.5 * ((mass * speeds) + (inertia * ((turnA * turnA) + (turnB * turnB))));
        double height = -(center * Math.Cos(a)) - (length * Math.Cos(a)) - (center * Math.Cos(b));
        return kinetic + (mass * gravity * height);
    }
}
