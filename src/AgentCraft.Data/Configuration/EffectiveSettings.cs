using System.Reflection;
using System.Text.Json.Nodes;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Storage.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace AgentCraft.Data.Configuration;

/// <summary>Says of every setting what it is and who set it.</summary>
public static class EffectiveSettings
{
    private const string Hidden = "***";

    /// <summary>Every setting, in the order of <see cref="Settings"/>.</summary>
    /// <param name="root">The project.</param>
    /// <param name="options">What the command line sets, by the names of settings; it counts most.</param>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, naming file, line and column where it is one.</exception>
    public static IReadOnlyList<EffectiveSetting> Of(string root, IReadOnlyDictionary<string, EffectiveOption> options)
    {
        if (SettingsPlaces.Faults(root) is [var fault, ..])
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, fault.ToString(), "Correct it; the README lists the settings. agentcraft config check shows everything that is wrong.");
        Settings settings = SettingsFile.Load(root);
        IConfigurationRoot configuration = SettingsFile.Build(root);
        ConfigNode? file = SettingsPlaces.Read(root);
        return [.. Walk(settings, "").Select(setting => Describe(setting.Name, setting.Value))];

        EffectiveSetting Describe(string name, object? value)
        {
            if (options.TryGetValue(name, out EffectiveOption? option))
                return new(name, Shown(name, option.Value), SettingSource.CommandLine, option.Option);
            string key = name.Replace('.', ':');
            bool IsSet(IConfigurationProvider provider) => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any();
            return IsSet(configuration.Providers.OfType<EnvironmentVariablesConfigurationProvider>().Single()) ? new(name, Shown(name, value), SettingSource.Environment, VariableOf(key))
                : SettingsFile.AliasOf(key) is { } alias ? new(name, Shown(name, value), SettingSource.Environment, alias)
                : IsSet(configuration.Providers.First()) ? new(name, Shown(name, value), SettingSource.File, $"{SettingsPlaces.File}, line {SettingsPlaces.Find(file, key)?.Line ?? 1}")
                : new(name, Shown(name, value), SettingSource.Default, null);
        }
    }

    private static IEnumerable<(string Name, object? Value)> Walk(object section, string prefix) =>
        section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).SelectMany(property =>
        {
            string name = prefix + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            return SettingsCheck.IsSection(property.PropertyType) ? Walk(property.GetValue(section)!, name + ".") : [(name, property.GetValue(section))];
        });

    /// <summary>As it is spelled in the environment.</summary>
    internal static string VariableOf(string key)
    {
        string name = SettingsFile.EnvironmentPrefix + key.Replace(":", "__");
        return Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .FirstOrDefault(variable => variable.Equals(name, StringComparison.OrdinalIgnoreCase) || variable.StartsWith(name + "__", StringComparison.OrdinalIgnoreCase)) ?? name;
    }

    private static JsonNode? Shown(string name, object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        string[] list => new JsonArray([.. list.Select(item => (JsonNode?)JsonValue.Create(item))]),
        IReadOnlyDictionary<string, string> map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
        Enum one => JsonValue.Create(one.ToString().ToLowerInvariant()),
        _ => JsonValue.Create(Masked(name, value.ToString()!)),
    };

    /// <summary>An environment may hold what a file must not.</summary>
    private static string Masked(string name, string text) =>
        name == "store" && text.Length > 0 && PostgresAddress.HasPassword(text) ? $"{Address(text)}, password {Hidden}"
        : FreeForm.IsSecret(name.Split('.')[^1], text) ? Hidden : text;

    private static string Address(string text)
    {
        try
        {
            return PostgresAddress.Parse(text).Shown;
        }
        catch (AgentCraftException)
        {
            return Hidden;
        }
    }
}

/// <summary>Who set a setting.</summary>
public enum SettingSource
{
    /// <summary>Nobody.</summary>
    Default,
    /// <summary>The project's <c>config.json</c>.</summary>
    File,
    /// <summary>An environment variable.</summary>
    Environment,
    /// <summary>An option of the command.</summary>
    CommandLine,
}

/// <summary>A setting as it counts.</summary>
/// <param name="Name">With dots: <c>sqlite.writeTimeout</c>.</param>
/// <param name="Value">A secret in it is masked; null for none.</param>
/// <param name="Source">Who set it.</param>
/// <param name="Where">The file with the line, the variable or the option; null for the default.</param>
public sealed record EffectiveSetting(string Name, JsonNode? Value, SettingSource Source, string? Where);

/// <summary>A setting that the command line sets.</summary>
/// <param name="Option">As it is written: <c>--store</c>.</param>
/// <param name="Value">Its value.</param>
public sealed record EffectiveOption(string Option, object Value);
