using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ctm.Engine.Files;

/// <summary>Of a converter whose values are of several types, told apart by the text under one key.</summary>
public interface IJsonFamily
{
    /// <summary>The key.</summary>
    string Key { get; }

    /// <summary>The type that a text stands for; null where the key is missing.</summary>
    /// <exception cref="JsonException">When there is none; says which there are.</exception>
    Type TypeOf(string? name);
}

/// <summary>Finds the type of an object whose converter is an <see cref="IJsonFamily"/>.</summary>
public static class JsonFamilies
{
    /// <summary>The type that an object is read as: the declared one, or the one that its key names.</summary>
    /// <param name="declared">The declared type.</param>
    /// <param name="name">Gives the text under a key of the object; null where it is missing.</param>
    public static Type Resolve(Type declared, Func<string, string?> name) =>
        JsonFiles.Options.GetTypeInfo(declared).Converter is IJsonFamily family ? family.TypeOf(name(family.Key)) : declared;

    /// <summary>The text under a key of the object that a reader stands at; null where there is none.</summary>
    public static string? NameIn(Utf8JsonReader reader, string key)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(key);
            reader.Read();
            if (found)
            {
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }

            reader.Skip();
        }

        return null;
    }
}
