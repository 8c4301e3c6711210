using System.Text.Json;
using System.Text.Json.Serialization;
using Ctm.Engine.Files;

namespace Ctm.Engine.Models;

/// <summary>Reads and writes a configuration as the type that its key <c>model</c> names.</summary>
/// <typeparam name="T">The type that is asked for: all configurations, or those of a group.</typeparam>
public sealed class ModelConfigurationConverter<T> : JsonConverter<T>, IJsonFamily
    where T : ModelConfiguration
{
    /// <inheritdoc/>
    public string Key => "model";

    /// <inheritdoc/>
    public Type TypeOf(string? name)
    {
        if (ModelKinds.Configurations.TryGetValue(name ?? ModelKinds.Default, out Type? type) && type.IsAssignableTo(typeof(T)))
        {
            return type;
        }

        IEnumerable<string> fitting = ModelKinds.Configurations.Where(k => k.Value.IsAssignableTo(typeof(T))).Select(k => k.Key);
        throw new JsonException($"there is no model '{name}' here; it must be {string.Join(", ", fitting)}");
    }

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Type type = TypeOf(JsonFamilies.NameIn(reader, Key));
        return (T)JsonSerializer.Deserialize(ref reader, type, options)!;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
