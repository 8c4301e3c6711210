using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Ctm.Engine.Files;

namespace Ctm.Tasks.Runs;

/// <summary>Settings given as <c>key=value</c>: the key is a JSON name anywhere in a recipe, at whatever depth.</summary>
public static class RecipeSettings
{
    /// <summary>The recipe with the settings; a key that stands at several places is set at all of them.</summary>
    /// <exception cref="TaskSettingException">When a key is unknown (names the nearest), or a value is of the wrong type.</exception>
    public static TRecipe Apply<TRecipe>(TRecipe recipe, IEnumerable<string> settings)
    {
        TRecipe result = recipe;
        foreach (string setting in settings)
        {
            (string key, string value) = Split(setting);
            JsonNode root = JsonSerializer.SerializeToNode(result, JsonFiles.Options)!;
            List<Place> places = [.. Places(root.AsObject(), typeof(TRecipe)).Where(place => place.Key == key)];
            if (places.Count == 0)
            {
                throw new TaskSettingException(Unknown(key, Places(root.AsObject(), typeof(TRecipe)).Select(place => place.Key)));
            }

            foreach (Place place in places)
            {
                place.Holder[key] = Node(value, place.Type);
            }

            try
            {
                result = JsonFiles.Parse<TRecipe>(root.ToJsonString(), key);
            }
            catch (JsonFileException e)
            {
                string problem = e.Message[$"{key}, line {e.Line}: ".Length..];
                throw new TaskSettingException($"The setting {key}={value} does not fit: {problem}.", e);
            }
        }

        return result;
    }

    /// <summary>The key of a setting.</summary>
    /// <exception cref="TaskSettingException">When it is not <c>key=value</c>.</exception>
    public static string KeyOf(string setting) => Split(setting).Key;

    /// <summary>The settings that make one recipe of another.</summary>
    public static IReadOnlyList<string> Differences<TRecipe>(TRecipe from, TRecipe to)
    {
        JsonObject before = JsonSerializer.SerializeToNode(from, JsonFiles.Options)!.AsObject();
        JsonObject after = JsonSerializer.SerializeToNode(to, JsonFiles.Options)!.AsObject();
        return
        [
            .. Places(before, typeof(TRecipe)).Zip(Places(after, typeof(TRecipe)))
                .Where(pair => !JsonNode.DeepEquals(pair.First.Value, pair.Second.Value))
                .Select(pair => $"{pair.Second.Key}={Text(pair.Second.Value)}")
                .Distinct(),
        ];
    }

    private static (string Key, string Value) Split(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? (setting[..equals].Trim(), setting[(equals + 1)..].Trim())
            : throw new TaskSettingException($"'{setting}' is no setting: it must be key=value, such as steps=1000.");
    }

    private static IEnumerable<Place> Places(JsonObject node, Type type)
    {
        Type actual = JsonFamilies.Resolve(type, key => node[key]?.GetValue<string>());
        foreach (JsonPropertyInfo property in JsonFiles.Options.GetTypeInfo(actual).Properties)
        {
            // What is ignored is listed too, without a way to read it.
            if (property.Get is null || !node.ContainsKey(property.Name))
            {
                continue;
            }

            if (node[property.Name] is JsonObject inner)
            {
                foreach (Place place in Places(inner, property.PropertyType))
                {
                    yield return place;
                }
            }
            else
            {
                yield return new Place(property.Name, node, property.PropertyType, node[property.Name]);
            }
        }
    }

    private static JsonNode? Node(string value, Type type)
    {
        bool isList = type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable));
        if (isList && !value.StartsWith('['))
        {
            Type element = type.GetElementType() ?? type.GetGenericArguments()[0];
            string[] items = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new JsonArray([.. items.Select(item => Node(item, element))]);
        }

        if (type == typeof(string) || type.IsEnum)
        {
            return value;
        }

        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => scalar.GetValue<string>(),
        JsonArray list => string.Join(',', list.Select(Text)),
        _ => value.ToJsonString(),
    };

    private static string Unknown(string key, IEnumerable<string> known)
    {
        string nearest = known.Distinct().MinBy(name => Distance(key, name))!;
        return $"There is no setting '{key}': did you mean {nearest}?";
    }

    private static int Distance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 0; i < left.Length; i++)
        {
            int[] current = new int[right.Length + 1];
            current[0] = i + 1;
            for (int j = 0; j < right.Length; j++)
            {
                int change = previous[j] + (left[i] == right[j] ? 0 : 1);
                current[j + 1] = Math.Min(change, Math.Min(previous[j + 1], current[j]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }

    private sealed record Place(string Key, JsonObject Holder, Type Type, JsonNode? Value);
}
