using System.Text;
using AgentCraft.Data.Configuration.Parsing;
using Microsoft.Extensions.Configuration;

namespace AgentCraft.Data.Configuration;

/// <summary>Where in <c>config.json</c> a setting stands, and what is wrong there.</summary>
internal static class SettingsPlaces
{
    /// <summary>The file, relative to the root.</summary>
    public const string File = ".agentcraft/config.json";

    /// <summary>What the file says; null when there is none.</summary>
    /// <exception cref="ConfigFault"/>
    public static ConfigNode? Read(string root) =>
        System.IO.File.Exists(SettingsFile.PathOf(root)) ? ConfigText.Read(ProjectTextFile.Read(root, File), isJson: true) : null;

    /// <summary>Where a setting stands; null when the file does not have it. Names count in any case, as they do when they are read.</summary>
    public static Place? Find(ConfigNode? node, string key)
    {
        Place? place = null;
        foreach (string part in key.Split(':', '.'))
        {
            if (node?.Fields.Find(field => field.Name.Equals(part, StringComparison.OrdinalIgnoreCase)) is not { } field)
                return place is not null && node?.Kind == NodeKind.List ? place : null;
            (node, place) = (field.Value, field.Place);
        }
        return place;
    }

    /// <summary>Everything that is wrong with the settings of a root.</summary>
    public static IReadOnlyList<ConfigFinding> Faults(string root)
    {
        ConfigNode? node;
        try
        {
            node = Read(root);
        }
        catch (ConfigFault fault)
        {
            return [Of(fault.Place, fault.Message), .. InEnvironment()];
        }
        List<ConfigFinding> inFile = [.. node is null ? [] : InFile(root, node)], inEnvironment = [.. InEnvironment()];
        IEnumerable<string> values = inFile.Count > 0 ? [] : Values(root, inEnvironment.Count == 0);
        return [.. inFile, .. inEnvironment, .. values.Select(fault => OfValue(node, fault))];
    }

    private static IEnumerable<ConfigFinding> InFile(string root, ConfigNode node)
    {
        foreach (ConfigFault secret in ConfigSecrets.Faults(node))
            yield return Of(secret.Place, secret.Message);
        if (node.Kind != NodeKind.Object)
        {
            yield return Of(node.Place, $"the file is {node.Found}; expected keys with values.");
            yield break;
        }
        foreach (SettingFault fault in SettingsCheck.Faults(FileOnly(root), typeof(Settings)))
            yield return Of(Find(node, fault.Key) ?? Place.Start, fault.Message + ".");
    }

    private static IEnumerable<ConfigFinding> InEnvironment() =>
        SettingsCheck.Faults(new ConfigurationBuilder().AddEnvironmentVariables(SettingsFile.EnvironmentPrefix).Build(), typeof(Settings))
            .Select(fault => new ConfigFinding { Path = EffectiveSettings.VariableOf(fault.Key), Message = fault.Message + "." });

    /// <summary>What is wrong with values that have the right types.</summary>
    private static IEnumerable<string> Values(string root, bool withEnvironment)
    {
        IConfigurationRoot configuration = SettingsFile.Build(root);
        IConfiguration read = withEnvironment ? configuration : new ConfigurationRoot([configuration.Providers.First()]);
        return [.. SettingsRules.FaultsOfFile(configuration.Providers.First(), root), .. SettingsRules.Faults(read.Get<Settings>() ?? new(), root)];
    }

    /// <summary>It begins with the name of the setting.</summary>
    private static ConfigFinding OfValue(ConfigNode? node, string fault)
    {
        string name = fault.Split(' ', ':')[0], message = fault.EndsWith('.') ? fault : fault + ".";
        string variable = EffectiveSettings.VariableOf(name.Replace('.', ':'));
        return Environment.GetEnvironmentVariable(variable) is null && Find(node, name) is { } place ? Of(place, message) : new() { Path = variable, Message = message };
    }

    private static IConfiguration FileOnly(string root) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(ProjectTextFile.Read(root, File)))).Build();

    private static ConfigFinding Of(Place place, string message) => new() { Path = File, Line = place.Line, Column = place.Column, Message = message };
}
