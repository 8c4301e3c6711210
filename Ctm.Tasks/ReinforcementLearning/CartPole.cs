using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// CartPole-v1: a pole stands on a cart that is pushed left (action 0) or right (action 1), and each step that it stands earns 1. The
/// equations are those of Barto, Sutton and Anderson (1983) without friction, in explicit Euler steps, with Gymnasium's constants.
/// State and observation: place of the cart in m, its velocity, angle of the pole from upright in rad, its velocity.
/// </summary>
public sealed class CartPole : IEnvironment
{
    private const double Gravity = 9.8, CartMass = 1.0, PoleMass = 0.1, TotalMass = CartMass + PoleMass;

    // Half the pole's length: the distance of its centre of mass from the joint.
    private const double HalfLength = 0.5, PoleMoment = PoleMass * HalfLength;

    private const double Force = 10.0, StepSeconds = 0.02, Spread = 0.05;

    private const double PlaceLimit = 2.4, AngleLimit = 12 * 2 * Math.PI / 360;

    /// <inheritdoc/>
    public string Name => "CartPole-v1";

    /// <inheritdoc/>
    public int StateLength => 4;

    /// <inheritdoc/>
    public int ObservationLength => 4;

    /// <inheritdoc/>
    public int Actions => 2;

    /// <inheritdoc/>
    public int MaximumSteps => 200;

    /// <inheritdoc/>
    public void Start(Span<double> state, Philox draw) => StartStates.Uniform(state, draw, Spread);

    /// <inheritdoc/>
    public bool Advance(Span<double> state, int action, out double reward)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)action, 2u, nameof(action));
        double velocity = state[1], angle = state[2], turning = state[3];
        (double sine, double cosine) = Math.SinCos(angle);
        double push = ((action == 1 ? Force : -Force) + (PoleMoment * turning * turning * sine)) / TotalMass;
        double turn = ((Gravity * sine) - (cosine * push)) / (HalfLength * ((4.0 / 3.0) - (PoleMass * cosine * cosine / TotalMass)));
        double acceleration = push - (PoleMoment * turn * cosine / TotalMass);

        // Places move by the velocities from before the step.
        state[0] += StepSeconds * velocity;
        state[1] += StepSeconds * acceleration;
        state[2] += StepSeconds * turning;
        state[3] += StepSeconds * turn;
        reward = 1;
        return Math.Abs(state[0]) > PlaceLimit || Math.Abs(state[2]) > AngleLimit;
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<double> state, Span<float> observation, bool maskVelocities)
    {
        for (int i = 0; i < 4; i++)
        {
            bool isVelocity = i is 1 or 3;
            observation[i] = isVelocity && maskVelocities ? 0f : (float)state[i];
        }
    }
}
