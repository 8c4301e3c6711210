using Ctm.Engine.Agents;

namespace Ctm.Engine.Models;

/// <summary>The kinds of models, by the name that <c>config.json</c> has for them.</summary>
public static class ModelKinds
{
    /// <summary>The kind of a configuration that names none.</summary>
    public const string Default = "ctm";

    /// <summary>The LSTM baseline.</summary>
    public const string Lstm = "lstm";

    /// <summary>The feed-forward baseline.</summary>
    public const string FeedForward = "ff";

    /// <summary>The transformer baseline.</summary>
    public const string Transformer = "transformer";

    /// <summary>The CTM that sorts.</summary>
    public const string Sort = "ctm_sort";

    /// <summary>The LSTM baseline that sorts.</summary>
    public const string SortLstm = "lstm_sort";

    /// <summary>The CTM for Q&amp;A MNIST.</summary>
    public const string Qamnist = "ctm_qamnist";

    /// <summary>The LSTM baseline for Q&amp;A MNIST.</summary>
    public const string QamnistLstm = "lstm_qamnist";

    /// <summary>The kind of agents, for reinforcement learning.</summary>
    public const string Agent = "agent";

    /// <summary>Configuration type of each kind.</summary>
    public static IReadOnlyDictionary<string, Type> Configurations { get; } = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        [Default] = typeof(CtmConfiguration),
        [Lstm] = typeof(LstmConfiguration),
        [FeedForward] = typeof(FeedForwardConfiguration),
        [Transformer] = typeof(TransformerConfiguration),
        [Sort] = typeof(SortConfiguration),
        [SortLstm] = typeof(SortLstmConfiguration),
        [Qamnist] = typeof(QamnistConfiguration),
        [QamnistLstm] = typeof(QamnistLstmConfiguration),
        [Agent] = typeof(AgentConfiguration),
    };
}
