using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace AgentCraft.Data.Configuration;

/// <summary>Names settings that do not exist or have a value of the wrong type, in words for who wrote them; the binder's are for programmers.</summary>
internal static class SettingsCheck
{
    /// <summary>Everything that is wrong below <paramref name="configuration"/>; nothing when it can be bound to <paramref name="type"/>.</summary>
    public static IEnumerable<SettingFault> Faults(IConfiguration configuration, Type type) =>
        configuration.GetChildren().SelectMany(child => FaultsOf(child, type));

    private static IEnumerable<SettingFault> FaultsOf(IConfigurationSection setting, Type type)
    {
        string name = setting.Path.Replace(':', '.');
        PropertyInfo? property = type.GetProperty(setting.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        if (property is null)
            return [new(setting.Path, $"there is no setting '{Text.Shown(name)}'{Nearest(setting.Key, type)}")];
        if (IsSection(property.PropertyType))
            return setting.Value is { Length: > 0 } ? [new(setting.Path, $"{name} must be an object")] : Faults(setting, property.PropertyType);
        bool fits = property.PropertyType == typeof(string[]) || IsMap(property.PropertyType)
            ? string.IsNullOrEmpty(setting.Value) && setting.GetChildren().All(item => item.Value is not null)
            : !setting.GetChildren().Any() && (setting.Value is null || Fits(setting.Value, property.PropertyType));
        return fits ? [] : [new(setting.Path, $"{name} must be {Phrase(property.PropertyType)}{(setting.Value is null ? "" : $", not '{Text.Shown(setting.Value)}'")}")];
    }

    /// <summary>True for a setting that is made of settings.</summary>
    public static bool IsSection(Type type) => type.Name.EndsWith("Settings", StringComparison.Ordinal);

    private static bool IsMap(Type type) => type == typeof(IReadOnlyDictionary<string, string>);

    private static string Nearest(string key, Type type) =>
        Text.Nearest(key, type.GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..])) is [var near, ..] ? $"; did you mean '{near}'" : "";

    private static bool Fits(string value, Type type) =>
        type == typeof(int) ? int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
        : type == typeof(long) ? long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
        : type == typeof(double) ? double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        : type == typeof(bool) ? bool.TryParse(value, out _)
        : !type.IsEnum || Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase);

    private static string Phrase(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number" : type == typeof(double) ? "a number" : type == typeof(bool) ? "true or false" : type == typeof(string[]) ? "a list of texts" : IsMap(type) ? "an object of texts" : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}" : "text";
}

/// <summary>A setting that cannot be used.</summary>
/// <param name="Key">Its name, with colons.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record SettingFault(string Key, string Message);
