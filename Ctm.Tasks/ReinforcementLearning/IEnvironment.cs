using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>A kind of environment for agents: the rules, over states that others keep.</summary>
public interface IEnvironment
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>Values of a state.</summary>
    int StateLength { get; }

    /// <summary>Values of an observation.</summary>
    int ObservationLength { get; }

    /// <summary>Number of actions.</summary>
    int Actions { get; }

    /// <summary>Steps after which an episode is cut, unless a task says otherwise.</summary>
    int MaximumSteps { get; }

    /// <summary>Starts an episode.</summary>
    /// <param name="state">Receives the state.</param>
    /// <param name="draw">Four random words.</param>
    void Start(Span<double> state, Philox draw);

    /// <summary>Goes on by one step.</summary>
    /// <param name="state">The state, updated.</param>
    /// <param name="action">The action, from 0.</param>
    /// <param name="reward">The reward of the step.</param>
    /// <returns>Whether the episode has come to its end.</returns>
    bool Advance(Span<double> state, int action, out double reward);

    /// <summary>What an agent sees of a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="observation">Receives the values.</param>
    /// <param name="maskVelocities">Whether velocities, where there are any, read 0: only an agent with a memory can know them.</param>
    void Observe(ReadOnlySpan<double> state, Span<float> observation, bool maskVelocities);
}
