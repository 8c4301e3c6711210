namespace Ctm.Engine.Models;

/// <summary>The kinds of models, by the name that <c>config.json</c> has for them.</summary>
public static class ModelKinds
{
    /// <summary>The kind of a configuration that names none.</summary>
    public const string Default = "ctm";

    /// <summary>Configuration type of each kind.</summary>
    public static IReadOnlyDictionary<string, Type> Configurations { get; } = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        [Default] = typeof(CtmConfiguration),
        [SortConfiguration.Name] = typeof(SortConfiguration),
        [QamnistConfiguration.Name] = typeof(QamnistConfiguration),
        [QamnistLstmConfiguration.Name] = typeof(QamnistLstmConfiguration),
    };
}
