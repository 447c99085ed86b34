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
            return [Of(fault.Place, fault.Message)];
        }
        List<ConfigFinding> findings = [.. node is null ? [] : InFile(root, node)];
        if (findings.Count == 0 && Refusal(root) is { } refusal)
            findings.Add(Find(node, refusal.Split(' ')[0]) is { } place ? Of(place, refusal) : new() { Path = "environment", Message = refusal });
        return findings;
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

    /// <summary>What only shows when all is put together.</summary>
    private static string? Refusal(string root)
    {
        try
        {
            SettingsFile.Load(root);
            return null;
        }
        catch (AgentCraftException refusal)
        {
            return refusal.InnerException?.Message ?? refusal.Message;
        }
    }

    private static IConfiguration FileOnly(string root) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(ProjectTextFile.Read(root, File)))).Build();

    private static ConfigFinding Of(Place place, string message) => new() { Path = File, Line = place.Line, Column = place.Column, Message = message };
}
