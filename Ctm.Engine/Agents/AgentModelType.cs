namespace Ctm.Engine.Agents;

/// <summary>What an agent remembers with.</summary>
public enum AgentModelType
{
    /// <summary>A Continuous Thought Machine without attention.</summary>
    Ctm,

    /// <summary>An LSTM cell.</summary>
    Lstm,
}
