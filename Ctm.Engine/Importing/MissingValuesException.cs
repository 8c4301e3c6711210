namespace Ctm.Engine.Importing;

/// <summary>A file does not tell values that a model needs.</summary>
/// <param name="file">The file.</param>
/// <param name="keys">The keys of the values.</param>
public sealed class MissingValuesException(string file, IReadOnlyList<string> keys) : Exception(
    $"{file}: the file does not tell {string.Join(", ", keys)}; set what the model was trained with, such as --set {keys[0]}=...")
{
    /// <summary>The keys in <c>config.json</c> of the values that are missing.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
