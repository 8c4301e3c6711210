namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>The kinds of environments by their registered names.</summary>
public static class Environments
{
    private static readonly Dictionary<string, Func<int, IEnvironment>> Kinds = new(StringComparer.Ordinal)
    {
        [new CartPole().Name] = _ => new CartPole(),
        [new Acrobot().Name] = _ => new Acrobot(),
        [new FourRooms().Name] = limit => new FourRooms(limit),
    };

    /// <summary>An environment of a kind.</summary>
    /// <param name="name">Its name, such as <c>CartPole-v1</c>.</param>
    /// <param name="maximumSteps">Steps after which episodes will be cut; FourRooms pays by them.</param>
    /// <exception cref="TaskSettingException">When there is no such kind; lists those that are.</exception>
    public static IEnvironment Create(string name, int maximumSteps) => Kinds.TryGetValue(name, out Func<int, IEnvironment>? create)
        ? create(maximumSteps)
        : throw new TaskSettingException($"There is no environment '{name}': there are {string.Join(", ", Kinds.Keys)}.");
}
