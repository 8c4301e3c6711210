using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Engine.Importing;

/// <summary>The kinds of models whose configuration can be inferred.</summary>
internal static class ConfigurationInferrers
{
    // The first that recognizes the tensors decides.
    private static readonly IConfigurationInferrer[] All =
    [
        .. new IConfigurationInferrer[]
        {
            new CtmInferrer(), new SortInferrer(), new QamnistInferrer(), new QamnistLstmInferrer(), new LstmInferrer(),
            new FeedForwardInferrer(), new AgentInferrer(),
        }
        .Where(i => ModelKinds.Configurations.ContainsKey(i.Kind)),
    ];

    /// <summary>The inferrer of a kind; null when there is none.</summary>
    public static IConfigurationInferrer? OfKind(string kind) => Array.Find(All, i => i.Kind == kind);

    /// <summary>The inferrer for a state; null when none knows it.</summary>
    public static IConfigurationInferrer? For(StateDictionary state) => Array.Find(All, i => i.Recognizes(state));

    /// <summary>The kinds, for messages.</summary>
    public static string Kinds => string.Join(", ", All.Select(i => i.Kind));
}
