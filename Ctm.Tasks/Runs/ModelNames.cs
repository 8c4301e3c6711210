using Ctm.Engine.Models;

namespace Ctm.Tasks.Runs;

/// <summary>What reports call the kinds of models.</summary>
public static class ModelNames
{
    /// <summary>The name of a kind, as the start of a sentence.</summary>
    public static string Of(string kind) => kind switch
    {
        ModelKinds.Default or ModelKinds.Sort or ModelKinds.Qamnist => "A Continuous Thought Machine",
        ModelKinds.Lstm or ModelKinds.SortLstm or ModelKinds.QamnistLstm => "An LSTM",
        ModelKinds.FeedForward => "A feed-forward network",
        ModelKinds.Transformer => "A transformer",
        _ => "A model",
    };
}
