using Ctm.Engine.Files;

namespace Ctm.Engine.Importing;

/// <summary>Infers the configuration of one kind of model.</summary>
internal interface IConfigurationInferrer
{
    /// <summary>The kind, a key of <see cref="Models.ModelKinds"/>.</summary>
    string Kind { get; }

    /// <summary>The reference's constructor arguments for this kind: the keys of a hub configuration.</summary>
    IReadOnlyList<string> ReferenceKeys { get; }

    /// <summary>Whether the tensors are those of a model of this kind.</summary>
    bool Recognizes(StateDictionary state);

    /// <summary>Finds every value of the configuration that has no fixed default.</summary>
    void Infer(ConfigurationDraft draft);
}
