using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// Acrobot-v1: two links hang from a joint, a torque of -1, 0 or 1 (actions 0, 1, 2) acts on the joint between them, and each step until
/// the tip is one link above the upper joint costs 1. The equations are those of Sutton and Barto (Reinforcement learning, 1998, section
/// 11.3) with Gymnasium's constants, in one Runge-Kutta step of order 4. State: angle of the first link from hanging, angle of the second
/// from the first, both in rad, and their velocities. Observation: cosine and sine of both angles, and both velocities.
/// </summary>
public sealed class Acrobot : IEnvironment
{
    private const double Gravity = 9.8, Mass = 1.0, Length = 1.0, Center = 0.5, Inertia = 1.0;

    private const double StepSeconds = 0.2, Spread = 0.1;

    private const double FirstSpeedLimit = 4 * Math.PI, SecondSpeedLimit = 9 * Math.PI;

    /// <inheritdoc/>
    public string Name => "Acrobot-v1";

    /// <inheritdoc/>
    public int StateLength => 4;

    /// <inheritdoc/>
    public int ObservationLength => 6;

    /// <inheritdoc/>
    public int Actions => 3;

    /// <inheritdoc/>
    public int MaximumSteps => 500;

    /// <inheritdoc/>
    public void Start(Span<double> state, Philox draw) => StartStates.Uniform(state, draw, Spread);

    /// <inheritdoc/>
    public bool Advance(Span<double> state, int action, out double reward)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)action, 3u, nameof(action));
        RungeKutta(state, action - 1, StepSeconds);
        state[0] = Wrap(state[0]);
        state[1] = Wrap(state[1]);
        state[2] = Math.Clamp(state[2], -FirstSpeedLimit, FirstSpeedLimit);
        state[3] = Math.Clamp(state[3], -SecondSpeedLimit, SecondSpeedLimit);
        bool isUp = -Math.Cos(state[0]) - Math.Cos(state[0] + state[1]) > Length;
        reward = isUp ? 0 : -1;
        return isUp;
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<double> state, Span<float> observation, bool maskVelocities)
    {
        for (int joint = 0; joint < 2; joint++)
        {
            (double sine, double cosine) = Math.SinCos(state[joint]);
            observation[2 * joint] = (float)cosine;
            observation[(2 * joint) + 1] = (float)sine;
            observation[4 + joint] = maskVelocities ? 0f : (float)state[2 + joint];
        }
    }

    /// <summary>How fast a state changes.</summary>
    /// <param name="state">The state.</param>
    /// <param name="torque">Torque on the joint between the links.</param>
    /// <param name="change">Receives the derivative of each value by time.</param>
    internal static void Derivatives(ReadOnlySpan<double> state, double torque, Span<double> change)
    {
        double first = state[0], second = state[1], firstSpeed = state[2], secondSpeed = state[3];
        (double sine, double cosine) = Math.SinCos(second);
        double coupling = Mass * Length * Center;
        double d1 = (Mass * Center * Center) + (Mass * ((Length * Length) + (Center * Center) + (2 * Length * Center * cosine)))
            + (2 * Inertia);
        double d2 = (Mass * Center * Center) + (coupling * cosine) + Inertia;
        double phi2 = Mass * Center * Gravity * Math.Sin(first + second);
        double phi1 = (-coupling * secondSpeed * secondSpeed * sine) - (2 * coupling * secondSpeed * firstSpeed * sine)
            + (((Mass * Center) + (Mass * Length)) * Gravity * Math.Sin(first)) + phi2;
        double secondTurn = (torque + (d2 / d1 * phi1) - (coupling * firstSpeed * firstSpeed * sine) - phi2)
            / ((Mass * Center * Center) + Inertia - (d2 * d2 / d1));
        change[0] = firstSpeed;
        change[1] = secondSpeed;
        change[2] = -((d2 * secondTurn) + phi1) / d1;
        change[3] = secondTurn;
    }

    /// <summary>One Runge-Kutta step of order 4.</summary>
    /// <param name="state">The state, updated; angles are not wrapped, velocities not limited.</param>
    /// <param name="torque">Torque on the joint between the links.</param>
    /// <param name="seconds">Length of the step.</param>
    internal static void RungeKutta(Span<double> state, double torque, double seconds)
    {
        Span<double> sum = stackalloc double[4], change = stackalloc double[4], at = stackalloc double[4];
        state.CopyTo(at);
        for (int stage = 0; stage < 4; stage++)
        {
            Derivatives(at, torque, change);
            double weight = stage is 0 or 3 ? 1.0 / 6 : 1.0 / 3, way = stage == 2 ? seconds : seconds / 2;
            for (int i = 0; i < 4; i++)
            {
                sum[i] += weight * change[i];
                at[i] = state[i] + (way * change[i]);
            }
        }

        for (int i = 0; i < 4; i++)
        {
            state[i] += seconds * sum[i];
        }
    }

    /// <summary>An angle in [-pi, pi].</summary>
    private static double Wrap(double angle)
    {
        while (angle > Math.PI)
        {
            angle -= 2 * Math.PI;
        }

        while (angle < -Math.PI)
        {
            angle += 2 * Math.PI;
        }

        return angle;
    }
}
